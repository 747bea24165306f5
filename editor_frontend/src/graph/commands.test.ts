/// <reference types="vite/client" />
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addNode,
  batch,
  type Command,
  editNodeFields,
  moveNodes,
  nudge,
  removeNodes,
  renameNode,
  renameWorkflow,
  setParams,
  setPin,
  setSettings,
  setWorkflowSetting,
  toggleDisabled,
} from './commands'
import { restoreDocument } from './compare'
import { edgeKey, emptyDocument, type WorkflowDocument } from './document'
import { connect, disconnect, insertOnEdge, makeRoom, reconnect, removeAndHeal } from './edge-commands'
import { addFragment, duplicateFragment } from './fragment'
import { emptyHistory, type History, historyDepth, record, redo, undo } from './history'
import { alignNodes } from './layout'
import { mendAll } from './mends'
import { planModule, unlinkModule } from './module'
import {
  addGroup,
  addNote,
  editGroup,
  editNote,
  putInto,
  removeGroups,
  removeNotes,
  takeOut,
} from './note-commands'
import { applyPatches, invertPatches } from './patch'
import { chain, edge, library, node, switchType } from './testing'
import { validate } from './validate'

function run(document: WorkflowDocument, ...commands: Command[]): WorkflowDocument {
  return commands.reduce(
    (current, command) => applyPatches(current, command(current)?.patches ?? []),
    document,
  )
}

/** A command chosen by numbers, aimed at whatever the document holds at that moment. */
function commandFrom([kind, a, b, word]: [number, number, number, string]): Command {
  return (document) => {
    const first = document.nodes[a % Math.max(1, document.nodes.length)]?.id ?? 'none'
    const second = document.nodes[b % Math.max(1, document.nodes.length)]?.id ?? 'none'
    const someEdge = document.edges[a % Math.max(1, document.edges.length)]
    const key = someEdge ? edgeKey(someEdge) : 'none'
    const note = document.notes[a % Math.max(1, document.notes.length)]?.id ?? 'none'
    const group = document.groups[a % Math.max(1, document.groups.length)]?.id ?? 'none'
    let seed = a * 31 + b
    const random = () => {
      seed = (seed * 16807 + 7) % 2147483647
      return (seed % 1000) / 1000
    }
    const commands: Command[] = [
      addNode(node(`n${a}`, { name: `Node ${a} ${word}`, position: [a * 16, b * 16] })),
      removeNodes([first, second]),
      moveNodes(new Map([[first, [a * 7, b * 3]]]), { group: 'drag' }),
      renameNode(first, word),
      setParams(first, { text: `={{ $('${word}').item.json.x }}`, count: b }),
      setSettings(first, b % 2 ? { on_error: 'error_output' } : {}),
      toggleDisabled(new Set([first, second])),
      setPin(first, b % 3 ? { main: [{ word }] } : undefined),
      connect(edge(first, second)),
      disconnect([key]),
      reconnect(key, edge(second, first)),
      insertOnEdge(key, first, { input: 'main', output: 'main' }),
      removeAndHeal(new Set([first])),
      addNote({ id: `note${a}`, text: word, color: 'yellow', position: [0, 0], size: [160, 96] }),
      editNote(note, { text: word }),
      removeNotes(new Set([note])),
      addGroup({ id: `group${a}`, title: word, color: 'blue', nodes: [first, second] }),
      removeGroups(new Set([group])),
      putInto(group, [first, second]),
      takeOut(new Set([first])),
      addFragment(duplicateFragment(document, new Set([first, second]), random)),
      nudge(new Set([first, second]), [b, -a]),
      editNodeFields(first, { notes: word }),
      renameWorkflow(word),
      setWorkflowSetting('timezone', b % 2 ? word : undefined),
      makeRoom(first, second, first),
      editGroup(group, { title: word, collapsed: b % 2 === 0 }),
      restoreDocument(chain('a', 'b', 'z'), 'Restore'),
      moveNodes(alignNodes(document, new Set([first, second]), 'left'), { isExact: true }),
      batch('Two', [nudge(new Set([first]), [16, 16]), removeNodes([second])]),
      planned(document, new Set([first, second])),
      unlinkModule(document, library, first, chain('x', 'y')) ?? removeNodes([]),
      mendAll(validate(document, library), document, library) ?? removeNodes([]),
    ]
    return commands[kind % commands.length]?.(document) ?? null
  }
}

/** The selection as a module, when it can be one. */
function planned(document: WorkflowDocument, chosen: ReadonlySet<string>): Command {
  const plan = planModule(document, library, chosen, 'Module')
  return typeof plan === 'string' ? removeNodes([]) : plan.replace('w')
}

const anyCommands = fc.array(fc.tuple(fc.nat(60), fc.nat(12), fc.nat(12), fc.string({ maxLength: 6 })), {
  maxLength: 40,
})

describe('any sequence of commands', () => {
  it('may hold every command there is', () => {
    const sources = import.meta.glob('./*.ts', { query: '?raw', import: 'default', eager: true })
    const own = commandFrom.toString() + planned.toString()
    const names = Object.entries(sources)
      .filter(([path]) => !path.endsWith('.test.ts'))
      .flatMap(([, source]) => [...String(source).matchAll(/export function (\w+)\([^{]*?\): Command\b/g)])
      .map((match) => match[1] ?? '')
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(own))).toEqual([])
  })

  it('is undone to the same document and redone to the same again', () => {
    fc.assert(
      fc.property(
        anyCommands,
        fc.array(fc.nat(2500), { minLength: 40, maxLength: 40 }),
        (choices, pauses) => {
          const start = chain('a', 'b', 'c')
          let document = start
          let history: History = emptyHistory
          let at = 0
          for (const [index, choice] of choices.entries()) {
            const change = commandFrom(choice)(document)
            at += pauses[index] ?? 0
            if (!change) continue
            document = applyPatches(document, change.patches)
            history = record(history, change, at)
          }
          const end = document
          for (let step = undo(document, history); step; step = undo(document, history))
            ({ document, history } = step)
          expect(document).toEqual(start)
          for (let step = redo(document, history); step; step = redo(document, history))
            ({ document, history } = step)
          expect(document).toEqual(end)
        },
      ),
      { numRuns: 5000 },
    )
  }, 90_000)

  it('leaves no edge without its nodes and no name twice', () => {
    fc.assert(
      fc.property(anyCommands, (choices) => {
        const document = run(chain('a', 'b', 'c'), ...choices.map(commandFrom))
        const ids = new Set(document.nodes.map(({ id }) => id))
        expect(document.edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true)
        expect(new Set(document.edges.map(edgeKey)).size).toBe(document.edges.length)
      }),
      { numRuns: 300 },
    )
  })

  it('inverts each change on its own', () => {
    fc.assert(
      fc.property(anyCommands, (choices) => {
        let document = chain('a', 'b', 'c')
        for (const choice of choices) {
          const change = commandFrom(choice)(document)
          if (!change) continue
          const next = applyPatches(document, change.patches)
          expect(applyPatches(next, invertPatches(change.patches))).toEqual(document)
          document = next
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('nodes', () => {
  it('renaming rewrites the references in expressions and nothing else', () => {
    const document = run(
      emptyDocument('Test'),
      addNode(node('a', { name: 'Old' })),
      addNode(
        node('b', {
          params: { x: `={{ $('Old').item.json.a + $node["Old"].json.b + $('Older').first() }}`, y: 'Old' },
        }),
      ),
      renameNode('a', "Ada's"),
    )
    expect(document.nodes[1]?.params).toEqual({
      x: `={{ $('Ada\\'s').item.json.a + $node["Ada's"].json.b + $('Older').first() }}`,
      y: 'Old',
    })
  })

  it('refuses a name that is in use', () => {
    expect(renameNode('a', 'b')(chain('a', 'b'))).toBeNull()
  })

  it('keeps the edges of an output whose name was edited', () => {
    const start = run(
      emptyDocument('Test'),
      addNode(
        node('s', { type: 'flow.switch', params: { rules: [{ output: 'urgent' }, { output: 'normal' }] } }),
      ),
      addNode(node('t')),
      connect({ source: 's', output: 'urgent', target: 't', input: 'main' }),
    )
    const after = run(start, setParams('s', { rules: [{ output: 'now' }, { output: 'normal' }] }, switchType))
    expect(after.edges[0]?.output).toBe('now')
  })

  it('deleting and joining makes A–C of A–B–C', () => {
    const healed = run(chain('a', 'b', 'c'), removeAndHeal(new Set(['b'])))
    expect(healed.edges).toEqual([edge('a', 'c')])
  })

  it('deletes two neighbours and joins what is left', () => {
    const healed = run(chain('a', 'b', 'c', 'd'), removeAndHeal(new Set(['b', 'c'])))
    expect(healed.edges).toEqual([edge('a', 'd')])
  })

  it('keeps fields it does not know', () => {
    const odd = { ...chain('a'), future: { deep: [1] } }
    const [first] = odd.nodes
    const document = { ...odd, nodes: first ? [{ ...first, later: true }] : [] }
    const after = run(document, setParams('a', { x: 1 }), moveNodes(new Map([['a', [99, 99]]])))
    expect(after).toMatchObject({
      future: { deep: [1] },
      nodes: [{ later: true, position: [96, 96], params: { x: 1 } }],
    })
  })

  it('duplicates with new ids, free names and references among the copies', () => {
    const start = run(chain('a', 'b'), setParams('b', { x: "={{ $('a').item.json }}" }))
    const copy = duplicateFragment(start, new Set(['a', 'b']))
    const after = run(start, addFragment(copy))
    expect(after.nodes.map(({ name }) => name)).toEqual(['a', 'b', 'a 2', 'b 2'])
    expect(after.nodes[3]?.params).toEqual({ x: "={{ $('a 2').item.json }}" })
    expect(after.edges).toHaveLength(2)
  })
})

describe('history', () => {
  it('undoes typing as one step, and separate pauses as separate steps', () => {
    let document = chain('a')
    let history = emptyHistory
    for (const [text, at] of [
      ['h', 0],
      ['he', 200],
      ['hel', 400],
      ['hello', 9000],
    ] as const) {
      const change = setParams('a', { text })(document)
      if (!change) continue
      document = applyPatches(document, change.patches)
      history = record(history, change, at)
    }
    expect(history.done).toHaveLength(2)
    expect(undo(document, history)?.document.nodes[0]?.params).toEqual({ text: 'hel' })
  })

  it('keeps the last two hundred steps', () => {
    let history = emptyHistory
    for (let count = 0; count < historyDepth + 50; count += 1) {
      history = record(
        history,
        { label: `${count}`, patches: [{ record: 'pins', key: 'a', before: count, after: count + 1 }] },
        count,
      )
    }
    expect(history.done).toHaveLength(historyDepth)
    expect(history.done.at(-1)?.label).toBe('249')
  })

  it('undoes a batch at once', () => {
    const document = chain('a', 'b')
    const change = batch('Both', [removeNodes(['a']), addNode(node('c'))])(document)
    const after = applyPatches(document, change?.patches ?? [])
    expect(after.nodes.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(applyPatches(after, invertPatches(change?.patches ?? []))).toEqual(document)
  })
})
