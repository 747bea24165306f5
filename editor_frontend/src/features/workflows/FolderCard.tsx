import { Ellipsis, Folder as FolderIcon, FolderInput, FolderOutput, Pencil } from 'lucide-react'
import { Link } from 'react-router'
import type { Folder } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { folderAddress, nameOf } from './folder-path'
import styles from './folders.module.css'
import { dragFolder, useFolderDrop } from './use-filing'

interface FolderCardProps {
  folder: Folder
  onRename: () => void
  onMove: () => void
  onRemove: () => void
  onFiled: () => void
}

/** A folder to go into, to drag, and to drop on. */
export function FolderCard({ folder, onRename, onMove, onRemove, onFiled }: FolderCardProps) {
  const { path, workflows } = folder
  const drop = useFolderDrop(path, onFiled)
  return (
    <li className={styles.card} draggable onDragStart={(event) => dragFolder(event, path)} {...drop}>
      <Link to={folderAddress(path)} draggable={false}>
        <FolderIcon aria-hidden="true" />
        <strong>{nameOf(path)}</strong>
        <span>{workflows === 1 ? '1 workflow' : `${workflows} workflows`}</span>
      </Link>
      <Menu
        trigger={<IconButton size="small" label={`More about ${nameOf(path)}`} icon={<Ellipsis />} />}
        entries={[
          { label: 'Rename…', icon: <Pencil />, onSelect: onRename },
          { label: 'Move to folder…', icon: <FolderInput />, onSelect: onMove },
          null,
          { label: 'Remove the folder…', icon: <FolderOutput />, onSelect: onRemove },
        ]}
      />
    </li>
  )
}
