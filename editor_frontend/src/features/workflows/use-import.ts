import { type DragEvent, useCallback, useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { useCreateWorkflow } from '@/api/workflows'
import { showToast } from '@/ui/toast-store'
import { readWorkflow } from './read-workflow'

export interface WorkflowImport {
  isBusy: boolean
  takeFile: (file: File | undefined) => Promise<void>
  /** A file is held over the page. */
  isOver: boolean
  /** For the element that files can be dropped on. */
  dropProps: {
    onDragOver: (event: DragEvent) => void
    onDragLeave: (event: DragEvent) => void
    onDrop: (event: DragEvent) => void
  }
}

/** Makes a workflow, in a folder, of a file that is chosen or dropped, or of what is pasted on the page. */
export function useImport(folder: string): WorkflowImport {
  const navigate = useNavigate()
  const { mutate, isPending } = useCreateWorkflow()
  const [isOver, setOver] = useState(false)
  const take = useCallback(
    (text: string, what: string) => {
      try {
        const { document, notes } = readWorkflow(text)
        mutate(
          { document, folder },
          {
            onSuccess: (workflow) => {
              void navigate(`/workflows/${workflow.id}`)
              if (notes.length > 0) showToast(notes.slice(0, 3).join(' '))
            },
            onError: (error) => showToast(`${what}: ${errorText(error)}`, { tone: 'problem' }),
          },
        )
      } catch (error) {
        showToast(`${what}: ${errorText(error)}`, { tone: 'problem' })
      }
    },
    [mutate, navigate, folder],
  )
  const takeFile = useCallback(
    async (file: File | undefined) => {
      if (file) take(await file.text(), file.name)
    },
    [take],
  )
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      // Into a field it is text; a page of prose pasted by mistake is nobody's workflow.
      if (isField(event.target) || !text.trimStart().startsWith('{')) return
      event.preventDefault()
      take(text, 'What was pasted')
    }
    window.addEventListener('paste', onPaste)
    return () => window.removeEventListener('paste', onPaste)
  }, [take])
  const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    isBusy: isPending,
    takeFile,
    isOver,
    dropProps: {
      onDragOver: (event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      },
      onDrop: (event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(false)
        void takeFile(event.dataTransfer.files[0])
      },
    },
  }
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null
}
