import { lazy, Suspense, useEffect } from 'react'
import type { CanvasAction } from '@/features/canvas/action'
import type { WorkflowStore } from '@/graph/workflow-store'
import { type Command, registerCommands, useCommandStore } from '@/ui/commands'

const ShortcutsSheet = lazy(async () => ({
  default: (await import('@/features/palette/ShortcutsSheet')).ShortcutsSheet,
}))

interface OverlaysProps {
  isSheetOpen: boolean
  actions: readonly CanvasAction[]
  store: WorkflowStore
  showNode: (id: string) => void
  onClose: () => void
}

/** The sheet of shortcuts; and what the command palette offers on this page. */
export function Overlays({ isSheetOpen, actions, store, showNode, onClose }: OverlaysProps) {
  const isPaletteOpen = useCommandStore((state) => state.isOpen)
  useEffect(() => {
    // Only while it is open: what can be done depends on the selection at that moment.
    if (!isPaletteOpen) return
    const nodes = store.getState().document.nodes.map((node) => ({
      id: `node ${node.id}`,
      title: node.name,
      group: 'Node',
      keywords: node.type,
      run: () => showNode(node.id),
    }))
    return registerCommands([...actions.filter(isOffered).map(toCommand), ...nodes])
  }, [isPaletteOpen, actions, store, showNode])
  if (!isSheetOpen) return null
  return (
    <Suspense>
      <ShortcutsSheet actions={actions.filter((action) => !isHidden(action))} onClose={onClose} />
    </Suspense>
  )
}

/** Arrow keys move things: nobody looks for them by name. */
function isHidden(action: CanvasAction): boolean {
  return /^(nudge-[A-Z]|panel-)/.test(action.id)
}

function isOffered(action: CanvasAction): boolean {
  return action.isAvailable() && !/^(nudge|panel|commands)/.test(action.id)
}

function toCommand({ id, title, section, keys, run }: CanvasAction): Command {
  const [shortcut] = keys
  return { id: `action ${id}`, title, group: section, ...(shortcut && { shortcut }), run }
}
