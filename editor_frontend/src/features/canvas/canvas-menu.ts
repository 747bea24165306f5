import type { MenuEntry } from '@/ui/Menu'
import type { CanvasAction } from './action'
import type { MenuTarget } from './canvas-ui'

const order: CanvasAction['section'][] = ['Run', 'Nodes', 'Edit', 'View']

/** The right-click menu of whatever was clicked, grouped, with the shortcuts shown. */
export function menuEntries(actions: readonly CanvasAction[], target: MenuTarget | null): MenuEntry[] {
  const kind = target?.kind ?? 'pane'
  const listed = actions.filter(
    (action) => action.menus.includes(kind) && !(action.isSpecial && !action.isAvailable()),
  )
  const sections = order
    .map((section) => listed.filter((action) => action.section === section))
    .filter((section) => section.length > 0)
  return sections.flatMap((section, index): MenuEntry[] => [
    ...(index > 0 ? [null] : []),
    ...section.map(toEntry),
  ])
}

/** Copy, cut and paste have no shortcut of ours: the browser sends them as events. */
const browserKeys: Record<string, string> = { copy: 'Ctrl+C', cut: 'Ctrl+X', paste: 'Ctrl+V' }

function toEntry(action: CanvasAction): MenuEntry {
  const shortcut = action.keys[0] ?? browserKeys[action.id]
  return {
    label: action.title,
    ...(shortcut && { shortcut }),
    ...(action.isDanger && { isDanger: true }),
    isDisabled: !action.isAvailable(),
    onSelect: action.run,
  }
}
