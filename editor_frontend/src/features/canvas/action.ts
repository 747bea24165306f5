/** Everything one can do on the canvas, once: for shortcuts, menus, the command palette and the sheet of shortcuts. */
import type { MenuTarget } from './canvas-ui'

export interface CanvasAction {
  id: string
  title: string
  section: 'Edit' | 'Nodes' | 'Run' | 'View'
  /** Shortcuts; the first is shown. */
  keys: readonly string[]
  /** Menus it appears in. */
  menus: readonly MenuTarget['kind'][]
  isDanger?: boolean
  /** Also while typing in a field. */
  isGlobal?: boolean
  /** Left out of menus, not greyed out, where it would do nothing: it is for few kinds of nodes. */
  isSpecial?: boolean
  /** Says whether it would do something now. */
  isAvailable: () => boolean
  run: () => void
}

interface Parts extends Partial<Omit<CanvasAction, 'id' | 'title' | 'section' | 'run'>> {
  run: () => void
}

export function action(
  id: string,
  title: string,
  section: CanvasAction['section'],
  parts: Parts,
): CanvasAction {
  return { id, title, section, keys: [], menus: [], isAvailable: () => true, ...parts }
}
