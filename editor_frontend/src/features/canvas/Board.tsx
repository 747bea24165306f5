import { type NodeChange, type NodeMouseHandler, ReactFlow, SelectionMode } from '@xyflow/react'
import { type DragEvent, memo, type ReactNode, useCallback, useMemo } from 'react'
import { gridSize } from '@/graph/document'
import { useCanvas } from './canvas-context'
import { FlowEdge } from './FlowEdge'
import { FoldedEdge } from './FoldedEdge'
import { GroupFrame } from './GroupFrame'
import type { FlowNode } from './mapping'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { useConnect } from './use-connect'
import { useDistance } from './use-distance'
import { useDrag } from './use-drag'
import { useFlowElements } from './use-flow-elements'
import { useMenuTarget } from './use-menu-target'
import { useSelection } from './use-selection'
import { useViewport } from './use-viewport'

const nodeTypes = { card: NodeCard, note: NoteCard, frame: GroupFrame }
const edgeTypes = { flow: FlowEdge, folded: FoldedEdge }
const middleButton = [1]
const grid: [number, number] = [gridSize, gridSize]
const addKeys = ['Shift', 'Control', 'Meta']
const zoomKeys = ['Control', 'Meta']
const viewOnlyFrom = 150

interface BoardProps {
  onDragOver: (event: DragEvent) => void
  onDrop: (event: DragEvent) => void
  children: ReactNode
}

/** The canvas library with the workflow on it, and nothing else: it is drawn with each frame of a drag. */
export const Board = memo(function Board({ onDragOver, onDrop, children }: BoardProps) {
  const { ui, host, isReadOnly } = useCanvas()
  const { nodes, edges } = useFlowElements()
  const { selectNodes, onEdgesChange, marquee, onFocus } = useSelection()
  const { moveElements, ...drag } = useDrag()
  const connecting = useConnect()
  const menu = useMenuTarget()
  const viewport = useViewport(nodes.length)
  useDistance()
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
  return (
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
      {...marquee}
      onFocus={onFocus}
      {...edgeHover}
      {...menu}
      {...viewport}
      onDragOver={onDragOver}
      onDrop={onDrop}
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
      {children}
    </ReactFlow>
  )
})
