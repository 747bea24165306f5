import type { WorkflowRow } from '@/api/types'
import { useDeleteWorkflow } from '@/api/workflows'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { showToast } from '@/ui/toast-store'

export function DeleteWorkflow({ workflow, onClose }: { workflow: WorkflowRow | null; onClose: () => void }) {
  const remove = useDeleteWorkflow()
  return (
    <ConfirmDialog
      isOpen={workflow !== null}
      onClose={onClose}
      title={`Delete “${workflow?.name}”?`}
      confirmLabel="Delete"
      isBusy={remove.isPending}
      onConfirm={() =>
        workflow &&
        remove.mutate(workflow.id, {
          onSuccess: () => {
            showToast(`Deleted “${workflow.name}”`)
            onClose()
          },
        })
      }
    >
      Its triggers stop, its waiting runs are cancelled, and its history is no longer shown. Export it first
      if you may want it back.
    </ConfirmDialog>
  )
}
