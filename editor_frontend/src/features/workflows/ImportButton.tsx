import { type ReactNode, useRef } from 'react'
import { Button } from '@/ui/Button'
import type { WorkflowImport } from './use-import'

/** Takes a workflow file, of ours or of n8n. */
export function ImportButton({ icon, imports }: { icon: ReactNode; imports: WorkflowImport }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="Workflow file"
        onChange={(event) => {
          void imports.takeFile(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button
        icon={icon}
        isBusy={imports.isBusy}
        title="A workflow file, also one of n8n; dropping or pasting it here does the same"
        onClick={() => input.current?.click()}
      >
        Import
      </Button>
    </>
  )
}
