/** Actions that change the document. */
import { batch, moveNodes, nudge, removeNodes, toggleDisabled } from '@/graph/commands'
import { gridSize, type Point } from '@/graph/document'
import { disconnect, downstreamOf, removeAndHeal, upstreamOf } from '@/graph/edge-commands'
import { addFragment, duplicateFragment, fragmentIds } from '@/graph/fragment'
import { type Alignment, alignNodes } from '@/graph/layout'
import { newId } from '@/graph/naming'
import { addGroup, addNote, editNote, removeGroups, removeNotes, takeOut } from '@/graph/note-commands'
import type { WorkflowStore } from '@/graph/workflow-store'
import { action, type CanvasAction } from './action'
import type { CanvasUiStore } from './canvas-ui'

export interface EditTools {
  store: WorkflowStore
  ui: CanvasUiStore
  /** Flow position under the pointer. */
  pointerPosition: () => Point
  tidy: () => void
  copyText: () => string | null
  cut: () => void
  paste: () => void
  /** Takes up a line from a node, for the next click or Enter to put down. */
  connectFrom: (id: string) => void
}

export function editActions(tools: EditTools): CanvasAction[] {
  const { store, ui } = tools
  const selected = () => store.getState().selection.elements
  const hasSelection = () => selected().size > 0
  const selectedNodes = () => store.getState().document.nodes.filter((node) => selected().has(node.id))
  const hasNodes = () => selectedNodes().length > 0
  const hasFrames = () => store.getState().document.groups.some((group) => selected().has(group.id))
  const hasAny = () => hasSelection() || store.getState().selection.edges.size > 0
  const dispatch = (command: Parameters<ReturnType<WorkflowStore['getState']>['dispatch']>[0]) =>
    store.getState().dispatch(command)

  return [
    action('undo', 'Undo', 'Edit', {
      keys: ['Ctrl+Z'],
      menus: ['pane'],
      isAvailable: () => store.getState().history.done.length > 0,
      run: () => store.getState().undo(),
    }),
    action('redo', 'Redo', 'Edit', {
      keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
      menus: ['pane'],
      isAvailable: () => store.getState().history.undone.length > 0,
      run: () => store.getState().redo(),
    }),
    action('copy', 'Copy', 'Edit', {
      menus: ['node', 'selection'],
      isAvailable: hasSelection,
      run: () => void copyToClipboard(tools),
    }),
    action('cut', 'Cut', 'Edit', {
      menus: ['node', 'selection'],
      isAvailable: hasSelection,
      run: () => void copyToClipboard(tools).then((isCopied) => isCopied && tools.cut()),
    }),
    action('paste', 'Paste', 'Edit', { menus: ['pane'], run: tools.paste }),
    action('duplicate', 'Duplicate', 'Edit', {
      keys: ['Ctrl+D'],
      menus: ['node', 'selection'],
      isAvailable: hasSelection,
      run: () => {
        const copy = duplicateFragment(store.getState().document, selected())
        if (dispatch(addFragment(copy, 'Duplicate'))) store.getState().select(fragmentIds(copy))
      },
    }),
    action('rename', 'Rename or edit in place', 'Nodes', {
      keys: ['F2'],
      menus: ['node'],
      isAvailable: () => selected().size === 1,
      run: () => ui.setState({ renaming: [...selected()][0] ?? null }),
    }),
    action('connect', 'Connect from here', 'Nodes', {
      keys: ['C'],
      menus: ['node'],
      isAvailable: () => selectedNodes().length === 1,
      run: () => tools.connectFrom(selectedNodes()[0]?.id ?? ''),
    }),
    action('disable', 'Disable or enable', 'Nodes', {
      keys: ['D'],
      menus: ['node', 'selection'],
      isAvailable: hasNodes,
      run: () => dispatch(toggleDisabled(selected())),
    }),
    action('tidy', 'Tidy up', 'Nodes', {
      keys: ['Shift+T', 'Shift+Alt+T'],
      menus: ['pane', 'selection'],
      run: tools.tidy,
    }),
    ...alignActions(store),
    action('group', 'Group', 'Nodes', {
      keys: ['Ctrl+G'],
      menus: ['selection', 'node'],
      isAvailable: hasNodes,
      run: () => {
        const group = {
          id: newId('group'),
          title: 'Group',
          color: 'grey' as const,
          nodes: selectedNodes().map((node) => node.id),
        }
        if (dispatch(addGroup(group))) store.getState().select([group.id])
      },
    }),
    action('ungroup', 'Ungroup', 'Nodes', {
      keys: ['Ctrl+Shift+G'],
      menus: ['node', 'selection'],
      isSpecial: true,
      isAvailable: hasFrames,
      run: () => dispatch(removeGroups(selected())),
    }),
    action('take-out', 'Take out of the group', 'Nodes', {
      keys: ['Ctrl+Shift+G'],
      menus: ['node', 'selection'],
      isSpecial: true,
      isAvailable: () =>
        !hasFrames() &&
        store.getState().document.groups.some(({ nodes }) => nodes.some((id) => selected().has(id))),
      run: () => dispatch(takeOut(selected())),
    }),
    action('note', 'Add a note', 'Nodes', {
      keys: ['Shift+S'],
      menus: ['pane'],
      run: () => {
        const note = {
          id: newId('note'),
          text: '',
          color: 'yellow' as const,
          position: tools.pointerPosition(),
          size: [240, 128] as Point,
        }
        if (!dispatch(addNote(note))) return
        store.getState().select([note.id])
        ui.setState({ renaming: note.id })
      },
    }),
    action('select-all', 'Select everything', 'Edit', {
      keys: ['Ctrl+A'],
      menus: ['pane'],
      run: () => {
        const { document, select } = store.getState()
        select([...document.nodes, ...document.notes].map((element) => element.id))
      },
    }),
    action('upstream', 'Select all before it', 'Nodes', {
      keys: ['Alt+Up'],
      isAvailable: hasNodes,
      run: () => spread(tools, upstreamOf),
    }),
    action('downstream', 'Select all after it', 'Nodes', {
      keys: ['Alt+Down'],
      isAvailable: hasNodes,
      run: () => spread(tools, downstreamOf),
    }),
    ...nudgeActions(store),
    action('delete', 'Delete', 'Edit', {
      keys: ['Delete', 'Backspace'],
      menus: ['node', 'edge', 'selection'],
      isDanger: true,
      isAvailable: hasAny,
      run: () => {
        const { selection } = store.getState()
        const { elements, edges } = selection
        dispatch(
          batch('Delete', [
            disconnect(edges),
            removeGroups(elements),
            removeNodes(elements),
            removeNotes(elements),
          ]),
        )
      },
    }),
    action('delete-join', 'Delete and join the ends', 'Edit', {
      keys: ['Ctrl+Delete', 'Ctrl+Backspace'],
      menus: ['node', 'selection'],
      isDanger: true,
      isAvailable: hasNodes,
      run: () => dispatch(removeAndHeal(new Set(selectedNodes().map((node) => node.id)))),
    }),
  ]
}

async function copyToClipboard(tools: EditTools): Promise<boolean> {
  const text = tools.copyText()
  if (text === null) return false
  await navigator.clipboard.writeText(text)
  return true
}

/** Selects what lies before or after, and dims the rest until the selection changes. */
function spread({ store, ui }: EditTools, reach: typeof downstreamOf): void {
  const { document, selection, select } = store.getState()
  const ids = [...selection.elements].filter((id) => document.nodes.some((node) => node.id === id))
  const all = new Set(ids.flatMap((id) => [...reach(document, id)]))
  select(all)
  ui.setState({ spotlight: all })
}

const alignments: [how: Alignment, title: string][] = [
  ['left', 'Align left edges'],
  ['right', 'Align right edges'],
  ['top', 'Align upper edges'],
  ['bottom', 'Align lower edges'],
  ['across', 'Space out across'],
  ['down', 'Space out down'],
]

function alignActions(store: WorkflowStore): CanvasAction[] {
  return alignments.map(([how, title]) =>
    action(`align-${how}`, title, 'Nodes', {
      isAvailable: () => store.getState().selection.elements.size > 1,
      run: () => {
        const { document, selection, dispatch } = store.getState()
        dispatch(moveNodes(alignNodes(document, selection.elements, how), { label: title }))
      },
    }),
  )
}

const arrows: [key: string, x: number, y: number][] = [
  ['Left', -1, 0],
  ['Right', 1, 0],
  ['Up', 0, -1],
  ['Down', 0, 1],
]

function nudgeActions(store: WorkflowStore): CanvasAction[] {
  const move = (x: number, y: number) => {
    const { document, selection, dispatch } = store.getState()
    const notes = document.notes
      .filter((note) => selection.elements.has(note.id))
      .map((note) => editNote(note.id, { position: [note.position[0] + x, note.position[1] + y] }))
    const one = nudge(selection.elements, [x, y])
    dispatch(notes.length === 0 ? one : batch('Move', [one, ...notes]))
  }
  const isAvailable = () => store.getState().selection.elements.size > 0
  return arrows.flatMap(([key, x, y]) => [
    action(`nudge-${key}`, `Nudge ${key.toLowerCase()}`, 'Nodes', {
      keys: [key],
      isAvailable,
      run: () => move(x * gridSize, y * gridSize),
    }),
    action(`nudge-far-${key}`, `Nudge ${key.toLowerCase()} by ten`, 'Nodes', {
      keys: [`Shift+${key}`],
      isAvailable,
      run: () => move(x * gridSize * 10, y * gridSize * 10),
    }),
  ])
}
