import { useReactFlow } from '@xyflow/react'
import { useCallback, useEffect, useRef } from 'react'
import { tellPresence, useConnection, useTopic } from '@/api/live'
import type { LiveMessage } from '@/api/live-socket'
import type { WorkflowStore } from '@/graph/workflow-store'
import type { PresenceStore } from './presence-store'
import { throttle } from './throttle'

const everyMs = 60
const mostSelected = 100

/** Hears who else is here, and tells them where we point, what we selected and which node is open. */
export function usePresence(store: WorkflowStore, presence: PresenceStore, opened: string | null): void {
  const topic = `editing:${store.getState().id}`
  const hear = useCallback(
    (message: LiveMessage) => {
      if (message.op === 'presence') presence.setState({ people: message.people, revision: message.revision })
    },
    [presence],
  )
  useTopic(topic, hear)
  useTelling(store, topic, opened)
  const connection = useConnection()
  useEffect(() => {
    // Without a line nobody knows who is still there.
    if (connection !== 'open') presence.setState({ people: [] })
  }, [connection, presence])
}

function useTelling(store: WorkflowStore, topic: string, opened: string | null): void {
  const flow = useReactFlow()
  const connection = useConnection()
  const open = useRef(opened)
  open.current = opened
  const tell = useRef<() => void>(() => {})
  useEffect(() => {
    let cursor: [number, number] | null = null
    const say = throttle(() => {
      const selection = [...store.getState().selection.elements].slice(0, mostSelected)
      tellPresence(topic, { cursor, selection, opened: open.current })
    }, everyMs)
    tell.current = say
    const move = (event: PointerEvent) => {
      const isOver = event.target instanceof Element && event.target.closest('[data-canvas]') !== null
      if (!isOver && cursor === null) return
      const { x, y } = flow.screenToFlowPosition(
        { x: event.clientX, y: event.clientY },
        { snapToGrid: false },
      )
      cursor = isOver ? [x, y] : null
      say()
    }
    const leave = () => {
      if (cursor === null) return
      cursor = null
      say()
    }
    const stop = store.subscribe((state, before) => state.selection !== before.selection && say())
    window.addEventListener('pointermove', move, { passive: true })
    document.documentElement.addEventListener('pointerleave', leave)
    return () => {
      say.stop()
      stop()
      window.removeEventListener('pointermove', move)
      document.documentElement.removeEventListener('pointerleave', leave)
    }
  }, [store, topic, flow])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line and another open node are to be told
  useEffect(() => {
    if (connection === 'open') tell.current()
  }, [connection, opened])
}
