import '@xyflow/react/dist/style.css'
import { Background, BackgroundVariant, Panel } from '@xyflow/react'
import { type ReactNode, useMemo } from 'react'
import { gridSize } from '@/graph/document'
import { classes } from '@/ui/classes'
import { RightClickMenu } from '@/ui/Menu'
import { AlignBar } from './AlignBar'
import type { CanvasAction } from './action'
import { Board } from './Board'
import styles from './Canvas.module.css'
import { CanvasControls } from './CanvasControls'
import { ConnectBanner } from './ConnectBanner'
import { useCanvas, useCanvasUi, useIsFar, useRunView, useWorkflow } from './canvas-context'
import { menuEntries } from './canvas-menu'
import { EmptyCanvas } from './EmptyCanvas'
import { FindBar } from './FindBar'
import { GuideLines } from './GuideLines'
import { MiniMapPanel } from './MiniMapPanel'
import { Outline } from './Outline'
import { useDropFromPalette } from './use-drop'
import { useSpaceRename } from './use-space-rename'

/** The canvas of a workflow or, read-only, of a run. */
export function Canvas({ actions, children }: { actions: readonly CanvasAction[]; children?: ReactNode }) {
  const { pointer, isReadOnly } = useCanvas()
  const drop = useDropFromPalette()
  const isFar = useIsFar()
  const hasRun = useRunView((view) => view.runId !== null)
  const isEmpty = useWorkflow(({ document }) => document.nodes.length + document.notes.length === 0)
  useSpaceRename()
  const target = useCanvasUi((state) => state.menu)
  const entries = useMemo(() => menuEntries(actions, target), [actions, target])
  // The same elements as long as the actions are the same: the board is drawn anew with each move of a node.
  const furniture = useMemo(() => <Furniture actions={actions} />, [actions])
  return (
    <RightClickMenu entries={entries}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only notes where the pointer is */}
      <div
        className={classes(styles.canvas, isFar && 'far', hasRun && 'has-run')}
        data-canvas
        ref={(canvas) => {
          // Until a pointer was seen here, what comes to it comes to the middle.
          const [x, y] = pointer.current
          const box = canvas?.getBoundingClientRect()
          if (box && x + y === 0) pointer.current = [box.x + box.width / 2, box.y + box.height / 2]
        }}
        onPointerMove={(event) => {
          pointer.current = [event.clientX, event.clientY]
        }}
        onDoubleClick={drop.onDoubleClick}
      >
        <Board onDragOver={drop.onDragOver} onDrop={drop.onDrop}>
          {furniture}
          {children}
        </Board>
        {isEmpty && !isReadOnly && <EmptyCanvas />}
      </div>
    </RightClickMenu>
  )
}

/** What lies around and over the cards. */
function Furniture({ actions }: { actions: readonly CanvasAction[] }) {
  return (
    <>
      <Background variant={BackgroundVariant.Dots} gap={gridSize} size={1.2} color="var(--dot)" />
      <Panel position="bottom-left">
        <CanvasControls actions={actions} />
      </Panel>
      <Panel position="top-left">
        <Outline />
      </Panel>
      <Panel position="top-center">
        <AlignBar actions={actions} />
      </Panel>
      <Panel position="top-right">
        <FindBar />
      </Panel>
      <Panel position="bottom-center">
        <ConnectBanner />
      </Panel>
      <MiniMapPanel />
      <GuideLines />
    </>
  )
}
