import { useState } from 'react'
import { errorText } from '@/api/client'
import type { WorkflowRow } from '@/api/types'
import { useTagWorkflow } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { showToast } from '@/ui/toast-store'

/** The tags of one workflow, to be written. */
export function TagsDialog({ workflow, onClose }: { workflow: WorkflowRow; onClose: () => void }) {
  const [text, setText] = useState(workflow.tags.join(', '))
  const save = useTagWorkflow()
  const submit = () =>
    save.mutate(
      { id: workflow.id, tags: tagsIn(text) },
      { onSuccess: onClose, onError: (error) => showToast(errorText(error), { tone: 'problem' }) },
    )
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Tags of “${workflow.name}”`}
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={save.isPending} onClick={submit}>
            Save
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Field label="Tags" htmlFor="workflow-tags" help="Separated by commas, such as: shop, every day">
          <Input id="workflow-tags" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}

function tagsIn(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
}
