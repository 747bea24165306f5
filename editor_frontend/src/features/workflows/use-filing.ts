import { type DragEvent, useState } from 'react'
import { errorText } from '@/api/client'
import { useFileWorkflows, useMoveFolder } from '@/api/folders'
import { showToast } from '@/ui/toast-store'
import { isAtOrBelow, joined, nameOf } from './folder-path'

const workflowsType = 'application/x-orchestrator-workflows'
const folderType = 'application/x-orchestrator-folder'

export function dragWorkflows(event: DragEvent, ids: readonly string[]): void {
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData(workflowsType, JSON.stringify(ids))
}

export function dragFolder(event: DragEvent, path: string): void {
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData(folderType, path)
}

export interface Filing {
  isBusy: boolean
  fileWorkflows: (ids: string[], folder: string, onDone?: () => void) => void
  /** Puts a folder into another one. */
  fileFolder: (path: string, into: string, onDone?: () => void) => void
}

/** Putting workflows and folders into folders, with a word about it. */
export function useFiling(): Filing {
  const file = useFileWorkflows()
  const move = useMoveFolder()
  const onError = (error: unknown) => showToast(errorText(error), { tone: 'problem' })
  const told = (what: string, folder: string) =>
    showToast(folder ? `Moved ${what} to “${folder}”` : `Moved ${what} out of all folders`, {
      tone: 'success',
    })
  return {
    isBusy: file.isPending || move.isPending,
    fileWorkflows: (ids, folder, onDone) =>
      file.mutate(
        { ids, folder },
        {
          onSuccess: () => {
            told(ids.length === 1 ? 'the workflow' : `${ids.length} workflows`, folder)
            onDone?.()
          },
          onError,
        },
      ),
    fileFolder: (path, into, onDone) => {
      const to = joined(into, nameOf(path))
      if (to === path) return
      move.mutate(
        { path, to },
        {
          onSuccess: () => {
            told(`“${nameOf(path)}”`, into)
            onDone?.()
          },
          onError,
        },
      )
    },
  }
}

/** For an element that stands for a folder: what is dropped on it goes there. */
export function useFolderDrop(folder: string, onFiled?: () => void) {
  const { fileWorkflows, fileFolder } = useFiling()
  const [isOver, setOver] = useState(false)
  return {
    'data-over': isOver,
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.some((type) => type === workflowsType || type === folderType)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false)
      const ids = event.dataTransfer.getData(workflowsType)
      const path = event.dataTransfer.getData(folderType)
      if (!ids && !path) return
      event.preventDefault()
      event.stopPropagation()
      if (ids) fileWorkflows(JSON.parse(ids) as string[], folder, onFiled)
      else if (!isAtOrBelow(folder, path)) fileFolder(path, folder, onFiled)
    },
  }
}
