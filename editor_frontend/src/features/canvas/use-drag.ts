import type { NodeChange, OnNodeDrag } from '@xyflow/react'
import { useCallback, useMemo, useRef } from 'react'
import { batch, type Command, moveNodes } from '@/graph/commands'
import { edgeKey, findNode, type Point, snapPoint, type WorkflowDocument } from '@/graph/document'
import { insertOnEdge, makeRoom } from '@/graph/edge-commands'
import { addFragment, extractFragment, fragmentIds, freshCopy } from '@/graph/fragment'
import { inputPorts, type NodeLibrary, outputPorts } from '@/graph/node-type'
import { editNote, putInto } from '@/graph/note-commands'
import { useCanvas } from './canvas-context'
import { atRest } from './canvas-ui'
import { edgeAt, frameAt, screenPoint } from './hit-test'
import type { FlowNode } from './mapping'
import { useGuides } from './use-guides'

/** Dragging nodes, notes and frames: shown at once, one step of undo at the end. Alt copies. */
export function useDrag() {
  const { store, motion, ui, library } = useCanvas()
  const frames = useRef(new Map<string, Point>())
  const { watch, hold } = useGuides()

  const moveElements = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const { document } = store.getState()
      const places = new Map(motion.getState().places)
      const sizes = new Map(motion.getState().sizes)
      let isMoved = false
      for (const change of changes) {
        if (change.type === 'dimensions' && change.resizing && change.dimensions) {
          sizes.set(change.id, [change.dimensions.width, change.dimensions.height])
          isMoved = true
        }
        if (change.type !== 'position' || !change.position || change.dragging === false) continue
        places.set(change.id, [change.position.x, change.position.y])
        isMoved = true
        const start = frames.current.get(change.id)
        const group = document.groups.find((known) => known.id === change.id)
        if (!start || !group) continue
        for (const id of group.nodes) {
          const position = findNode(document, id)?.position ?? [0, 0]
          places.set(id, [
            position[0] + change.position.x - start[0],
            position[1] + change.position.y - start[1],
          ])
        }
      }
      if (isMoved) motion.setState({ places, sizes, guides: hold(places) })
    },
    [store, motion, hold],
  )

  const insertTarget = useCallback(
    (id: string, event: MouseEvent | TouchEvent): string | null => {
      const { document } = store.getState()
      const node = findNode(document, id)
      const isLoose = !document.edges.some((edge) => edge.source === id || edge.target === id)
      if (!node || !isLoose) return null
      const type = library.get(node.type)
      if (inputPorts(node, type).length === 0 || outputPorts(node, type).length === 0) return null
      return edgeAt(screenPoint(event))
    },
    [store, library],
  )

  /** Only cards join a group; their own frame follows them wherever they go. */
  const joinTarget = useCallback(
    (dragged: readonly FlowNode[], event: MouseEvent | TouchEvent): string | null => {
      const { groups } = store.getState().document
      if (groups.length === 0 || event.altKey || dragged.some(({ type }) => type !== 'card')) return null
      const isTheirs = (id: string) =>
        dragged.every((node) => groups.find((group) => group.id === id)?.nodes.includes(node.id))
      return frameAt(screenPoint(event), isTheirs)
    },
    [store],
  )

  return useMemo(() => {
    const onNodeDragStart: OnNodeDrag<FlowNode> = (_, node, nodes) => {
      watch([node, ...nodes])
      frames.current = new Map(
        [node, ...nodes]
          .filter((one) => one.type === 'frame')
          .map((one): [string, Point] => [one.id, [one.position.x, one.position.y]]),
      )
    }
    const onNodeDrag: OnNodeDrag<FlowNode> = (event, node, nodes) => {
      const dropEdge = nodes.length === 1 ? insertTarget(node.id, event) : null
      const dropGroup = joinTarget(nodes, event)
      const shown = ui.getState()
      if (shown.dropEdge !== dropEdge || shown.dropGroup !== dropGroup) ui.setState({ dropEdge, dropGroup })
    }
    const onNodeDragStop: OnNodeDrag<FlowNode> = (event, node, nodes) => {
      const { dispatch, document, select } = store.getState()
      const { places, guides } = motion.getState()
      const { dropEdge, dropGroup } = ui.getState()
      if (event.altKey) {
        const copy = copyAt(document, places)
        dispatch(addFragment(copy, 'Duplicate'))
        select(fragmentIds(copy))
      } else if (places.size > 0) {
        const isExact = guides.length > 0
        const drop = dropCommand({ document, library, places, isExact, id: node.id, dropEdge })
        const ids = nodes.map(({ id }) => id)
        dispatch(dropGroup ? batch('Put into the group', [drop, putInto(dropGroup, ids)]) : drop)
      }
      motion.setState(atRest)
      ui.setState({ dropEdge: null, dropGroup: null })
      frames.current.clear()
      watch([])
    }
    return { moveElements, onNodeDragStart, onNodeDrag, onNodeDragStop }
  }, [moveElements, insertTarget, joinTarget, store, motion, ui, library, watch])
}

interface Drop {
  document: WorkflowDocument
  library: NodeLibrary
  places: ReadonlyMap<string, Point>
  /** A guide holds it there: the grid must not move it again. */
  isExact: boolean
  id: string
  dropEdge: string | null
}

function dropCommand({ document, library, places, isExact, id, dropEdge }: Drop): Command {
  const notes = document.notes.flatMap((note) => {
    const place = places.get(note.id)
    return place ? [editNote(note.id, { position: snapPoint(place) })] : []
  })
  const move = batch('Move', [moveNodes(places, { isExact }), ...notes])
  const edge = document.edges.find((known) => edgeKey(known) === dropEdge)
  const node = findNode(document, id)
  if (!edge || !dropEdge || !node) return move
  const type = library.get(node.type)
  const ports = { input: inputPorts(node, type)[0] ?? 'main', output: outputPorts(node, type)[0] ?? 'main' }
  return batch('Insert on edge', [
    move,
    insertOnEdge(dropEdge, id, ports),
    makeRoom(edge.source, edge.target, id),
  ])
}

/** The originals stay; copies land where they were dragged to. */
function copyAt(document: WorkflowDocument, places: ReadonlyMap<string, Point>) {
  const fragment = extractFragment(document, new Set(places.keys()))
  const moved = {
    ...fragment,
    nodes: fragment.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? node.position })),
    notes: fragment.notes.map((note) => ({ ...note, position: places.get(note.id) ?? note.position })),
  }
  const corners = [...moved.nodes, ...moved.notes].map(({ position }) => position)
  const at: Point = [Math.min(...corners.map(([x]) => x)), Math.min(...corners.map(([, y]) => y))]
  return freshCopy(document, moved, at)
}
