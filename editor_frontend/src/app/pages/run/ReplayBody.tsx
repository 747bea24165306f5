import { useMemo } from 'react'
import type { RunState } from '@/api/run-state'
import type { RunEvent, RunSummary } from '@/api/types'
import { action, type CanvasAction } from '@/features/canvas/action'
import { Canvas } from '@/features/canvas/Canvas'
import { useWorkflow } from '@/features/canvas/canvas-context'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import { useShortcuts } from '@/features/canvas/use-shortcuts'
import styles from '@/features/editor/editor.module.css'
import { ScrubBar } from '@/features/replay/ScrubBar'
import type { Scrub } from '@/features/replay/use-scrub'
import { Waterfall } from '@/features/replay/Waterfall'
import { findNode } from '@/graph/document'
import { useShowNode } from '../editor/use-view'
import { OpenStep } from './OpenStep'
import { RunHeader } from './RunHeader'

export interface ReplayBodyProps {
  run: RunSummary
  events: readonly RunEvent[]
  /** The state at the end of the known events. */
  now: RunState
  scrub: Scrub
  opened: string | null
  onOpen: (id: string | null) => void
}

/** Header, canvas, time bar and waterfall of a run. */
export function ReplayBody({ run, events, now, scrub, opened, onOpen }: ReplayBodyProps) {
  const canvasActions = useCanvasActions()
  const actions = useReplayActions(canvasActions, scrub, opened, onOpen)
  useShortcuts(actions)
  const showNode = useShowNode()
  const document = useWorkflow((state) => state.document)
  const selected = useWorkflow((state) => [...state.selection.elements][0] ?? null)
  const nameOf = (id: string) => findNode(document, id)?.name ?? id
  const openedNode = opened ? findNode(document, opened) : undefined
  const open = (id: string) => {
    showNode(id)
    onOpen(id)
  }
  return (
    <main className={styles.page} aria-label="Run">
      <RunHeader run={run} state={now} nameOf={nameOf} />
      <div className={styles.body}>
        <div className={styles.main}>
          <div className={styles.canvas}>
            <Canvas actions={actions} />
          </div>
          <section className={styles.drawer} aria-label="Course of the run">
            <ScrubBar scrub={scrub} events={events} nameOf={nameOf} />
            <div className={styles.drawerBody}>
              <Waterfall
                state={now}
                nameOf={nameOf}
                selected={opened ?? selected}
                onSelect={open}
                {...(scrub.moment !== null && { moment: scrub.moment })}
              />
            </div>
          </section>
        </div>
        {openedNode && (
          <OpenStep
            key={openedNode.id}
            node={openedNode}
            runId={run.id}
            state={scrub.state}
            onClose={() => onOpen(null)}
          />
        )}
      </div>
    </main>
  )
}

function useReplayActions(
  canvasActions: readonly CanvasAction[],
  scrub: Scrub,
  opened: string | null,
  onOpen: (id: string | null) => void,
): CanvasAction[] {
  const { position, seek } = scrub
  return useMemo(
    () => [
      ...(opened
        ? [action('close-panel', 'Close the node', 'View', { keys: ['Escape'], run: () => onOpen(null) })]
        : []),
      action('back', 'One event back', 'View', { keys: ['Left'], run: () => seek(position - 1) }),
      action('on', 'One event on', 'View', { keys: ['Right'], run: () => seek(position + 1) }),
      ...canvasActions,
    ],
    [canvasActions, position, seek, opened, onOpen],
  )
}
