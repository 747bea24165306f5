import { useStore as useFlowStore, ViewportPortal } from '@xyflow/react'
import type { CSSProperties } from 'react'
import { useStore } from 'zustand'
import type { Person } from '@/api/live-socket'
import type { WorkflowDocument } from '@/graph/document'
import { nodeWidth } from '@/graph/document'
import { nodeCardHeight } from '@/graph/layout'
import type { NodeLibrary } from '@/graph/node-type'
import type { WorkflowStore } from '@/graph/workflow-store'
import styles from './presence.module.css'
import { colourOf, type PresenceStore } from './presence-store'

interface PeopleLayerProps {
  presence: PresenceStore
  store: WorkflowStore
  library: NodeLibrary
}

/** Others' pointers, and frames around what they selected or have open. Goes into the canvas. */
export function PeopleLayer(props: PeopleLayerProps) {
  const isAlone = useStore(props.presence, (state) => state.people.length === 0)
  return isAlone ? null : <Layer {...props} />
}

function Layer({ presence, store, library }: PeopleLayerProps) {
  const people = useStore(presence, (state) => state.people)
  const document = useStore(store, (state) => state.document)
  const zoom = useFlowStore((state) => state.transform[2])
  return (
    <ViewportPortal>
      <div aria-hidden="true" className={styles.layer}>
        {people.flatMap((person) => framesOf(person, document, library))}
        {people.map(
          (person) =>
            person.cursor && (
              <div
                key={person.id}
                className={styles.cursor}
                data-person={person.name}
                style={look(person, person.cursor, `scale(${1 / zoom})`)}
              >
                <svg width="16" height="20" viewBox="0 0 16 20" role="presentation">
                  <path d="M1 1v15l4.2-3.6L8 19l2.6-1.1-2.8-6.4h5.6z" />
                </svg>
                <span>{person.name}</span>
              </div>
            ),
        )}
      </div>
    </ViewportPortal>
  )
}

function framesOf(person: Person, document: WorkflowDocument, library: NodeLibrary) {
  const ids = new Set([...person.selection, ...(person.opened ? [person.opened] : [])])
  return [...ids].flatMap((id) => {
    const node = document.nodes.find((one) => one.id === id)
    const note = document.notes.find((one) => one.id === id)
    const position = node?.position ?? note?.position
    if (!position) return []
    const [width, height] = note?.size ?? [nodeWidth, node ? nodeCardHeight(node, library) : 0]
    return [
      <div
        key={`${person.id} ${id}`}
        className={styles.frame}
        data-selected-by={person.name}
        style={{ ...look(person, position), width, height }}
      >
        {person.opened === id && <span>{person.name} has it open</span>}
      </div>,
    ]
  })
}

function look(person: Person, [x, y]: readonly [number, number], more = ''): CSSProperties {
  return { '--person': colourOf(person), transform: `translate(${x}px, ${y}px) ${more}` } as CSSProperties
}
