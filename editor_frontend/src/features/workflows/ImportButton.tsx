import { type ReactNode, useRef } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { useCreateWorkflow } from '@/api/workflows'
import type { WorkflowDocument } from '@/graph/document'
import { Button } from '@/ui/Button'
import { showToast } from '@/ui/toast-store'

/** Takes a workflow file, and says what is wrong with one that is not. */
export function ImportButton({ icon }: { icon: ReactNode }) {
  const navigate = useNavigate()
  const create = useCreateWorkflow()
  const input = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    try {
      const document = readWorkflow(await file.text())
      create.mutate({ document }, { onSuccess: (workflow) => void navigate(`/workflows/${workflow.id}`) })
    } catch (error) {
      showToast(`${file.name}: ${errorText(error)}`, { tone: 'problem' })
    }
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Workflow file"
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button icon={icon} isBusy={create.isPending} onClick={() => input.current?.click()}>
        Import
      </Button>
    </>
  )
}

/** Only a first look; the server checks the rest and names the place. */
function readWorkflow(text: string): WorkflowDocument {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('nodes' in value) || !Array.isArray(value.nodes)) {
    throw new Error('This is not a workflow: it has no list of nodes.')
  }
  return value as WorkflowDocument
}
