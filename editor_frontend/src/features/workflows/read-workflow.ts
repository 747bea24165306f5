import { textToFragment } from '@/graph/clipboard'
import { completeDocument, type WorkflowDocument } from '@/graph/document'

export interface ReadWorkflow {
  document: WorkflowDocument
  /** What could not be taken over as it was. */
  notes: readonly string[]
}

/** A workflow of ours or of n8n, from a file or the clipboard. Only a first look: the server checks the rest. */
export function readWorkflow(text: string): ReadWorkflow {
  const read = textToFragment(text)
  if (read?.kind === 'n8n') {
    const name = nameIn(JSON.parse(text)) ?? 'From n8n'
    return { document: completeDocument({ ...read.fragment, name }), notes: read.notes }
  }
  if (read?.kind === 'workflow') return { document: JSON.parse(text) as WorkflowDocument, notes: [] }
  throw new Error('This is not a workflow: it has no list of nodes.')
}

function nameIn(value: unknown): string | undefined {
  const { name } = value as { name?: unknown }
  return typeof name === 'string' && name.trim() ? name.trim() : undefined
}
