import { ChevronRight, FolderPlus } from 'lucide-react'
import { Fragment } from 'react'
import { Link } from 'react-router'
import type { Folder } from '@/api/types'
import { Button } from '@/ui/Button'
import { FolderCard } from './FolderCard'
import { folderAddress, lineageOf, nameOf } from './folder-path'
import styles from './folders.module.css'
import { useFolderDrop } from './use-filing'

interface FolderBarProps {
  folder: string
  /** What stands in it. */
  folders: readonly Folder[]
  onCreate: () => void
  onRename: (path: string) => void
  onMove: (path: string) => void
  onRemove: (path: string) => void
  /** Something was dropped on a folder. */
  onFiled: () => void
}

/** Where one is among the folders, and the folders in there. */
export function FolderBar(props: FolderBarProps) {
  const { folder, folders, onCreate, onRename, onMove, onRemove, onFiled } = props
  return (
    <nav className={styles.bar} aria-label="Folders">
      <div className={styles.top}>
        <ol className={styles.crumbs}>
          {['', ...lineageOf(folder)].map((path) => (
            <Fragment key={path}>
              {path && <ChevronRight aria-hidden="true" />}
              <Crumb path={path} isHere={path === folder} onFiled={onFiled} />
            </Fragment>
          ))}
        </ol>
        <Button size="small" variant="ghost" icon={<FolderPlus aria-hidden="true" />} onClick={onCreate}>
          New folder
        </Button>
      </div>
      {folders.length > 0 && (
        <ul className={styles.cards}>
          {folders.map((each) => (
            <FolderCard
              key={each.path}
              folder={each}
              onRename={() => onRename(each.path)}
              onMove={() => onMove(each.path)}
              onRemove={() => onRemove(each.path)}
              onFiled={onFiled}
            />
          ))}
        </ul>
      )}
    </nav>
  )
}

function Crumb({ path, isHere, onFiled }: { path: string; isHere: boolean; onFiled: () => void }) {
  const drop = useFolderDrop(path, onFiled)
  return (
    <li {...drop}>
      <Link to={folderAddress(path)} aria-current={isHere ? 'page' : undefined}>
        {path ? nameOf(path) : 'All workflows'}
      </Link>
    </li>
  )
}
