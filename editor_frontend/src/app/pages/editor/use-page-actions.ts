import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { stepQuery } from '@/api/runs'
import { action, type CanvasAction } from '@/features/canvas/action'
import { useCanvas } from '@/features/canvas/canvas-context'
import { setPin } from '@/graph/commands'
import { findNode } from '@/graph/document'
import { outputPorts } from '@/graph/node-type'
import { neighbour } from '@/graph/order'
import { positionAfter } from '@/graph/place'
import type { WorkflowStore } from '@/graph/workflow-store'
import { useCommandStore } from '@/ui/commands'
import { showToast } from '@/ui/toast-store'
import type { FollowedRun } from './use-followed-run'
import type { RunControl } from './use-run-control'
import type { Trial, Trials } from './use-trials'

interface PageActionParts {
  canvasActions: readonly CanvasAction[]
  moduleActions: readonly CanvasAction[]
  store: WorkflowStore
  run: RunControl
  trials: Trials
  followed: FollowedRun
  saveNow: () => Promise<void>
  openSheet: (isOpen: true) => void
  openHistory: (isOpen: true) => void
  openPublish: (isOpen: true) => void
  openSettings: (isOpen: true) => void
  opened: string | null
  onOpen: (id: string | null) => void
}

/** The canvas's actions and those of the page around it. The open panel takes Escape and the arrow keys first. */
export function usePageActions(parts: PageActionParts): CanvasAction[] {
  const {
    canvasActions,
    moduleActions,
    store,
    run,
    trials,
    followed,
    saveNow,
    openSheet,
    openHistory,
    openPublish,
    openSettings,
    opened,
    onOpen,
  } = parts
  const { start, runStep, runFrom, isRunning } = run
  const { open: openTrial, sourceOf } = trials
  const hasRun = followed.runId !== null
  const stopper = useRef(run.stop)
  stopper.current = run.stop
  const togglePin = useTogglePin(store)
  const addAfter = useAddAfter(store)
  const navigate = useNavigate()
  return useMemo(() => {
    const selectedNode = () => {
      const { document, selection } = store.getState()
      const [id] = [...selection.elements].filter((one) => findNode(document, one))
      return id
    }
    const hasNode = () => selectedNode() !== undefined
    return [
      ...(opened ? panelActions(store, opened, onOpen) : []),
      action('run', 'Run', 'Run', {
        keys: ['Ctrl+Enter'],
        menus: ['pane'],
        isGlobal: true,
        run: () => void start(),
      }),
      action('run-step', 'Run this step', 'Run', {
        keys: ['Ctrl+Shift+Enter'],
        menus: ['node'],
        isAvailable: hasNode,
        run: () => void runStep(selectedNode() ?? ''),
      }),
      action('run-to', 'Run to here', 'Run', {
        menus: ['node'],
        isAvailable: hasNode,
        run: () => void start(selectedNode()),
      }),
      action('run-from', 'Run again from here', 'Run', {
        menus: ['node'],
        isAvailable: () => hasNode() && hasRun,
        run: () => void runFrom(selectedNode() ?? ''),
      }),
      ...(Object.keys(trialTitles) as Trial['source'][]).map((source) => {
        const tried = () => triedNode(store, sourceOf, source)
        return action(`try-${source}`, trialTitles[source], 'Run', {
          menus: ['node'],
          isSpecial: true,
          isAvailable: () => tried() !== undefined,
          run: () => void openTrial(tried() ?? ''),
        })
      }),
      action('stop', 'Stop the run', 'Run', {
        keys: ['Ctrl+.'],
        menus: ['pane'],
        isAvailable: () => isRunning,
        run: () => stopper.current(),
      }),
      action('pin', 'Pin or unpin its data', 'Nodes', {
        keys: ['P'],
        menus: ['node'],
        isAvailable: hasNode,
        run: () => void togglePin(selectedNode() ?? ''),
      }),
      action('add-after', 'Add a node after this', 'Nodes', {
        keys: ['Shift+N'],
        menus: ['node'],
        isAvailable: hasNode,
        run: () => addAfter(selectedNode() ?? ''),
      }),
      action('commands', 'Find or do anything', 'View', {
        keys: ['Ctrl+K'],
        isGlobal: true,
        run: () => useCommandStore.getState().setOpen(true),
      }),
      action('save', 'Save now', 'Edit', { keys: ['Ctrl+S'], isGlobal: true, run: () => void saveNow() }),
      action('history', 'Compare and restore versions', 'Edit', { run: () => openHistory(true) }),
      action('settings', 'Workflow settings', 'Edit', { run: () => openSettings(true) }),
      action('publish', 'Publish', 'Edit', { keys: ['Shift+P'], run: () => openPublish(true) }),
      action('shortcuts', 'Keyboard shortcuts', 'View', {
        keys: ['?'],
        menus: ['pane'],
        run: () => openSheet(true),
      }),
      action('workflows', 'Open another workflow', 'View', {
        keys: ['Ctrl+O'],
        run: () => void navigate('/workflows'),
      }),
      ...moduleActions,
      ...canvasActions,
    ]
  }, [
    canvasActions,
    moduleActions,
    store,
    start,
    runStep,
    runFrom,
    isRunning,
    openTrial,
    sourceOf,
    hasRun,
    saveNow,
    openSheet,
    openHistory,
    openPublish,
    openSettings,
    opened,
    onOpen,
    togglePin,
    addAfter,
    navigate,
  ])
}

const trialTitles: Record<Trial['source'], string> = {
  webhook: 'Listen for a test request',
  form: 'Preview the form',
  chat: 'Open the chat',
}

/** The selected trigger, or with nothing selected the first that can be tried in this way. */
function triedNode(
  store: WorkflowStore,
  sourceOf: Trials['sourceOf'],
  source: Trial['source'],
): string | undefined {
  const { document, selection } = store.getState()
  const ids = selection.elements.size > 0 ? [...selection.elements] : document.nodes.map(({ id }) => id)
  return ids.find((id) => sourceOf(id) === source)
}

function panelActions(
  store: WorkflowStore,
  opened: string,
  onOpen: (id: string | null) => void,
): CanvasAction[] {
  const walk = (direction: 'left' | 'right' | 'up' | 'down') => () => {
    const next = neighbour(store.getState().document, opened, direction)
    if (!next) return
    store.getState().select([next.id])
    onOpen(next.id)
  }
  return [
    action('close-panel', 'Close the node', 'View', { keys: ['Escape'], run: () => onOpen(null) }),
    action('panel-left', 'Open the node before', 'View', { keys: ['Left'], run: walk('left') }),
    action('panel-right', 'Open the node after', 'View', { keys: ['Right'], run: walk('right') }),
    action('panel-up', 'Open the node above', 'View', { keys: ['Up'], run: walk('up') }),
    action('panel-down', 'Open the node below', 'View', { keys: ['Down'], run: walk('down') }),
  ]
}

/** Opens the palette for what comes next, joined to the first output: the way to connect by keyboard. */
function useAddAfter(store: WorkflowStore): (id: string) => void {
  const { library, host } = useCanvas()
  return useCallback(
    (id: string) => {
      const { document: drawing } = store.getState()
      const node = findNode(drawing, id)
      const [port] = node ? outputPorts(node, library.get(node.type)) : []
      if (!port) return
      const box = document.querySelector(`[data-node="${CSS.escape(id)}"]`)?.getBoundingClientRect()
      host.openPalette({ position: positionAfter(drawing, id), from: { node: id, port, side: 'output' } }, [
        (box?.right ?? 200) + 8,
        box?.top ?? 200,
      ])
    },
    [store, library, host],
  )
}

const mostPinned = 1000

/** Pins what the node gave in the run on the canvas. */
function useTogglePin(store: WorkflowStore): (id: string) => Promise<void> {
  const client = useQueryClient()
  const { runView } = useCanvas()
  return useMemo(
    () => async (id: string) => {
      const { document, dispatch } = store.getState()
      if (document.pins[id] !== undefined) {
        dispatch(setPin(id, undefined))
        return
      }
      const { runId, nodes } = runView.getState()
      const step = nodes[id]?.step
      if (!runId || !step) {
        showToast('Run it once: then its output can be pinned')
        return
      }
      try {
        const detail = await client.fetchQuery(stepQuery(runId, step, { side: 'out', limit: mostPinned }))
        const [output] = Object.values(detail.outputs).filter((port) => port.count > 0)
        dispatch(setPin(id, output?.items ?? []))
      } catch (error) {
        showToast(errorText(error), { tone: 'problem' })
      }
    },
    [store, client, runView],
  )
}
