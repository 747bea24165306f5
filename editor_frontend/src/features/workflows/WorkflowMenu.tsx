import { Copy, Download, Ellipsis, FolderInput, ListVideo, Tags, Trash2 } from 'lucide-react'
import { useNavigate } from 'react-router'
import { request } from '@/api/client'
import type { WorkflowRow } from '@/api/types'
import { useDuplicateWorkflow } from '@/api/workflows'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { showToast } from '@/ui/toast-store'
import { saveFile } from './files'

interface WorkflowMenuProps {
  workflow: WorkflowRow
  onTag: () => void
  onMove: () => void
  onDelete: () => void
}

export function WorkflowMenu({ workflow, onTag, onMove, onDelete }: WorkflowMenuProps) {
  const navigate = useNavigate()
  const duplicate = useDuplicateWorkflow()
  const copy = () =>
    duplicate.mutate(workflow.id, {
      onSuccess: (made) =>
        showToast(`Made “${made.name}”`, {
          tone: 'success',
          action: { label: 'Open', onSelect: () => void navigate(`/workflows/${made.id}`) },
        }),
    })
  const exportFile = async () => {
    const document = await request<unknown>('GET', `/workflows/${workflow.id}/export`)
    saveFile(`${workflow.name}.json`, JSON.stringify(document, null, 2))
  }
  return (
    <Menu
      trigger={<IconButton label={`More about ${workflow.name}`} icon={<Ellipsis />} />}
      entries={[
        {
          label: 'Runs',
          icon: <ListVideo />,
          onSelect: () => void navigate(`/runs?workflow=${workflow.id}`),
        },
        { label: 'Move to folder…', icon: <FolderInput />, onSelect: onMove },
        { label: 'Tags…', icon: <Tags />, onSelect: onTag },
        { label: 'Duplicate', icon: <Copy />, onSelect: copy },
        { label: 'Export as a file', icon: <Download />, onSelect: () => void exportFile() },
        null,
        { label: 'Delete…', icon: <Trash2 />, isDanger: true, onSelect: onDelete },
      ]}
    />
  )
}
