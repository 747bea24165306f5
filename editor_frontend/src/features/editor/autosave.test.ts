import { beforeEach, describe, expect, it, vi } from 'vitest'
import { moveNodes, setParams } from '@/graph/commands'
import type { WorkflowDocument } from '@/graph/document'
import { chain } from '@/graph/testing'
import { createWorkflowStore } from '@/graph/workflow-store'
import { type AutosaveParts, resolveConflict, type SaveAnswer, startAutosave } from './autosave'

/** A server that holds one workflow, as the real one does. */
function server(document = chain('a', 'b')) {
  const state = { document, revision: 1, isDown: false }
  const save: AutosaveParts['save'] = async (sent, revision): Promise<SaveAnswer> => {
    if (state.isDown) return { kind: 'unreachable' }
    if (revision !== state.revision)
      return { kind: 'conflict', document: state.document, revision: state.revision }
    state.document = sent
    state.revision += 1
    return { kind: 'saved', revision: state.revision, document: state.document }
  }
  const open = () => createWorkflowStore({ id: 'w', document: state.document, revision: state.revision })
  return { state, save, open }
}

const edit = (id: string, x: unknown) => setParams(id, { x })
const paramsOf = (document: WorkflowDocument) => document.nodes.map(({ params }) => params)

describe('autosave', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useRealTimers()
  })

  it('waits for a pause in typing and sends once', async () => {
    vi.useFakeTimers()
    const { state, save, open } = server()
    const store = open()
    const counted = vi.fn(save)
    startAutosave({ store, save: counted, storage: localStorage, delayMs: 500 })
    for (const text of ['h', 'he', 'hey']) {
      store.getState().dispatch(edit('a', text))
      await vi.advanceTimersByTimeAsync(100)
    }
    await vi.advanceTimersByTimeAsync(600)
    expect(counted).toHaveBeenCalledTimes(1)
    expect(paramsOf(state.document)[0]).toEqual({ x: 'hey' })
    expect(store.getState().save.status).toBe('saved')
  })

  it('takes over the nodes that the server brought to their present version', async () => {
    const { state, save, open } = server()
    const upgrade: AutosaveParts['save'] = async (sent, revision) => {
      const [first, ...rest] = sent.nodes
      const newer = first && { ...first, version: 2, params: { y: first.params.x } }
      return save({ ...sent, nodes: newer ? [newer, ...rest] : rest }, revision)
    }
    const store = open()
    store.getState().dispatch(edit('a', 1))
    await startAutosave({ store, save: upgrade, storage: localStorage }).flush()
    expect(paramsOf(store.getState().document)[0]).toEqual({ y: 1 })
    expect(store.getState().document.nodes[0]?.version).toBe(2)
    expect(store.getState().save.status).toBe('saved')
    expect(state.revision).toBe(2)
    expect(localStorage.length).toBe(0)
  })

  it('joins edits of two tabs that touch different nodes', async () => {
    const { state, save, open } = server()
    const [one, two] = [open(), open()]
    const first = startAutosave({ store: one, save, storage: localStorage })
    const second = startAutosave({ store: two, save, storage: sessionStorage })
    one.getState().dispatch(edit('a', 1))
    two.getState().dispatch(edit('b', 2))
    await first.flush()
    await second.flush()
    expect(paramsOf(state.document)).toEqual([{ x: 1 }, { x: 2 }])
    expect(two.getState().save.status).toBe('saved')
    expect(paramsOf(two.getState().document)).toEqual([{ x: 1 }, { x: 2 }])
  })

  it('asks when both changed the same, and does what was chosen', async () => {
    for (const choice of ['mine', 'theirs'] as const) {
      const { state, save, open } = server()
      const [one, two] = [open(), open()]
      one.getState().dispatch(edit('a', 'first'))
      two.getState().dispatch(edit('a', 'second'))
      two.getState().dispatch(moveNodes(new Map([['b', [640, 0]]])))
      await startAutosave({ store: one, save, storage: localStorage }).flush()
      localStorage.clear()
      const second = startAutosave({ store: two, save, storage: localStorage })
      await second.flush()
      expect(two.getState().save.status).toBe('conflict')
      expect(paramsOf(state.document)[0]).toEqual({ x: 'first' })
      resolveConflict(two, choice)
      await second.flush()
      expect(paramsOf(state.document)[0]).toEqual({ x: choice === 'mine' ? 'second' : 'first' })
      expect(two.getState().save.status).toBe('saved')
      second.stop()
      localStorage.clear()
    }
  })

  it('keeps offline edits over a reload and sends them later', async () => {
    const { state, save, open } = server()
    state.isDown = true
    const before = open()
    const stopped = startAutosave({ store: before, save, storage: localStorage, retryMs: 1e6 })
    before.getState().dispatch(edit('a', 'offline'))
    await stopped.flush()
    expect(before.getState().save.status).toBe('offline')
    stopped.stop()
    state.isDown = false
    const after = open()
    const again = startAutosave({ store: after, save, storage: localStorage })
    expect(paramsOf(after.getState().document)[0]).toEqual({ x: 'offline' })
    await again.flush()
    expect(paramsOf(state.document)[0]).toEqual({ x: 'offline' })
    again.stop()
    expect(localStorage.length).toBe(0)
  })

  it('goes on saving after the connection comes back', async () => {
    vi.useFakeTimers()
    const { state, save, open } = server()
    const store = open()
    state.isDown = true
    startAutosave({ store, save, storage: localStorage, delayMs: 10, retryMs: 1000 })
    store.getState().dispatch(edit('a', 1))
    await vi.advanceTimersByTimeAsync(50)
    store.getState().dispatch(edit('b', 2))
    state.isDown = false
    await vi.advanceTimersByTimeAsync(1100)
    expect(paramsOf(state.document)).toEqual([{ x: 1 }, { x: 2 }])
  })
})
