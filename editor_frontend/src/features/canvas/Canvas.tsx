import '@xyflow/react/dist/style.css'
import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeChange,
  type NodeMouseHandler,
  Panel,
  ReactFlow,
  SelectionMode,
} from '@xyflow/react'
import { type ReactNode, useCallback, useMemo } from 'react'
import { gridSize } from '@/graph/document'
import { classes } from '@/ui/classes'
import { RightClickMenu } from '@/ui/Menu'
import { AlignBar } from './AlignBar'
import type { CanvasAction } from './action'
import styles from './Canvas.module.css'
import { CanvasControls } from './CanvasControls'
import { useCanvas, useCanvasUi, useIsFar } from './canvas-context'
import { menuEntries } from './canvas-menu'
import { EmptyCanvas } from './EmptyCanvas'
import { FindBar } from './FindBar'
import { FlowEdge } from './FlowEdge'
import { FoldedEdge } from './FoldedEdge'
import { GroupFrame } from './GroupFrame'
import { GuideLines } from './GuideLines'
import { MiniNode } from './MiniNode'
import type { FlowNode } from './mapping'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { Outline } from './Outline'
import { useConnect } from './use-connect'
import { useDrag } from './use-drag'
import { useDropFromPalette } from './use-drop'
import { useFlowElements } from './use-flow-elements'
import { useMenuTarget } from './use-menu-target'
import { useSelection } from './use-selection'
import { useSpaceRename } from './use-space-rename'
import { useViewport } from './use-viewport'

const nodeTypes = { card: NodeCard, note: NoteCard, frame: GroupFrame }
const edgeTypes = { flow: FlowEdge, folded: FoldedEdge }
const middleButton = [1]
const grid: [number, number] = [gridSize, gridSize]
const addKeys = ['Shift', 'Control', 'Meta']
const zoomKeys = ['Control', 'Meta']
const viewOnlyFrom = 150
const noMinimapFrom = 300

/** The canvas of a workflow or, read-only, of a run. */
export function Canvas({ actions, children }: { actions: readonly CanvasAction[]; children?: ReactNode }) {
  const { ui, host, pointer, isReadOnly } = useCanvas()
  const { nodes, edges } = useFlowElements()
  const { selectNodes, onEdgesChange } = useSelection()
  const { moveElements, ...drag } = useDrag()
  const connecting = useConnect()
  const drop = useDropFromPalette()
  const menu = useMenuTarget()
  const viewport = useViewport(nodes.length)
  const isFar = useIsFar()
  useSpaceRename()
  const target = useCanvasUi((state) => state.menu)
  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      selectNodes(changes)
      if (!isReadOnly) moveElements(changes)
    },
    [selectNodes, moveElements, isReadOnly],
  )
  const onNodeDoubleClick: NodeMouseHandler<FlowNode> = useCallback(
    (_, node) => {
      if (node.type === 'card' && !host.enterNode?.(node.id)) host.openNode(node.id)
    },
    [host],
  )
  const edgeHover = useMemo(
    () => ({
      onEdgeMouseEnter: (_: unknown, edge: { id: string }) => ui.setState({ hoveredEdge: edge.id }),
      onEdgeMouseLeave: () => ui.setState({ hoveredEdge: null }),
    }),
    [ui],
  )
  const entries = useMemo(() => menuEntries(actions, target), [actions, target])
  return (
    <RightClickMenu entries={entries}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only notes where the pointer is */}
      <div
        className={classes(styles.canvas, isFar && 'far')}
        data-canvas
        onPointerMove={(event) => {
          pointer.current = [event.clientX, event.clientY]
        }}
        onDoubleClick={drop.onDoubleClick}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDoubleClick={onNodeDoubleClick}
          {...(isReadOnly ? {} : drag)}
          {...connecting}
          {...edgeHover}
          {...menu}
          {...viewport}
          onDragOver={drop.onDragOver}
          onDrop={drop.onDrop}
          nodesDraggable={!isReadOnly}
          nodesConnectable={!isReadOnly}
          edgesReconnectable={!isReadOnly}
          connectionRadius={20}
          reconnectRadius={20}
          snapToGrid
          snapGrid={grid}
          selectionOnDrag
          selectionMode={SelectionMode.Partial}
          multiSelectionKeyCode={addKeys}
          panOnDrag={middleButton}
          panOnScroll
          zoomActivationKeyCode={zoomKeys}
          zoomOnDoubleClick={false}
          minZoom={0.1}
          maxZoom={2.5}
          deleteKeyCode={null}
          disableKeyboardA11y
          onlyRenderVisibleElements={nodes.length > viewOnlyFrom}
          elevateNodesOnSelect={false}
          aria-label={isReadOnly ? 'The run on its workflow' : 'Canvas of the workflow'}
        >
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
          {nodes.length < noMinimapFrom && nodes.length > 1 && (
            <MiniMap
              position="bottom-right"
              pannable
              zoomable
              nodeComponent={MiniNode}
              ariaLabel="Map of the workflow"
              style={minimap}
            />
          )}
          <GuideLines />
          {children}
        </ReactFlow>
        {nodes.length === 0 && !isReadOnly && <EmptyCanvas />}
      </div>
    </RightClickMenu>
  )
}

const minimap = { width: 150, height: 88 }
