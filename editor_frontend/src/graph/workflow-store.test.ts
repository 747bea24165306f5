import { describe, expect, it } from 'vitest'
import { moveNodes, removeNodes, setParams } from './commands'
import { chain } from './testing'
import { createWorkflowStore } from './workflow-store'

function open() {
  return createWorkflowStore({ id: 'w', document: chain('a', 'b'), revision: 3 }, () => 0)
}

describe('the workflow store', () => {
  it('is unsaved after a command and saved once the server confirms that very document', () => {
    const store = open()
    store.getState().dispatch(setParams('a', { x: 1 }))
    expect(store.getState().save.status).toBe('unsaved')
    const sent = store.getState().document
    store.getState().dispatch(setParams('b', { y: 1 }))
    store.getState().confirmSaved(sent, 4)
    expect(store.getState()).toMatchObject({ revision: 4, save: { status: 'unsaved' } })
    store.getState().confirmSaved(store.getState().document, 5)
    expect(store.getState().save.status).toBe('saved')
  })

  it('undoes after a save', () => {
    const store = open()
    store.getState().dispatch(setParams('a', { x: 1 }))
    store.getState().confirmSaved(store.getState().document, 4)
    store.getState().undo()
    expect(store.getState().document.nodes[0]?.params).toEqual({})
    expect(store.getState().save.status).toBe('unsaved')
  })

  it('drops what is gone from the selection', () => {
    const store = open()
    store.getState().select(['a', 'b'])
    store.getState().dispatch(removeNodes(['a']))
    expect([...store.getState().selection.elements]).toEqual(['b'])
  })

  it('keeps undo for what others did not touch', () => {
    const store = open()
    store.getState().dispatch(setParams('a', { x: 1 }))
    store.getState().dispatch(moveNodes(new Map([['b', [640, 0]]])))
    const mine = store.getState().document
    const theirs = {
      ...mine,
      nodes: mine.nodes.map((node) => (node.id === 'b' ? { ...node, params: { z: 1 } } : node)),
    }
    store.getState().adopt(theirs, theirs, 9)
    expect(store.getState().history.done.map(({ label }) => label)).toEqual(['Edit a'])
    store.getState().undo()
    expect(store.getState().document.nodes.map(({ params }) => params)).toEqual([{}, { z: 1 }])
  })
})
