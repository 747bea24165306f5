import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addNode, type Command, moveNodes, removeNodes, renameNode, setParams } from '@/graph/commands'
import { diffDocuments } from '@/graph/diff'
import { completeDocument, edgeKey, findNode, type WorkflowDocument } from '@/graph/document'
import { connect, disconnect } from '@/graph/edge-commands'
import { addNote, editNote } from '@/graph/note-commands'
import { edge, node } from '@/graph/testing'
import { createWorkflowStore, type WorkflowStore } from '@/graph/workflow-store'
import { type AutosaveParts, meetTheirs, resolveConflict, type SaveAnswer, startAutosave } from './autosave'

type Choice = { who: number; kind: number; a: number; b: number }

const start: WorkflowDocument = completeDocument({
  nodes: ['a', 'b', 'c', 'd'].map((id, at) => node(id, { position: [at * 288, 0] })),
  edges: [edge('a', 'b'), edge('b', 'c')],
})

/** One who edits, with a line to the server that can be cut. */
class Tab {
  readonly store: WorkflowStore
  readonly autosave: ReturnType<typeof startAutosave>
  isOffline = false

  constructor(
    private readonly server: Server,
    readonly ledger: Ledger,
  ) {
    this.store = createWorkflowStore({ id: 'w', document: server.document, revision: server.revision })
    const save: AutosaveParts['save'] = async (document, revision) =>
      this.isOffline ? { kind: 'unreachable' } : server.save(document, revision)
    this.autosave = startAutosave({ store: this.store, save, storage: noStorage, delayMs: 1e8, retryMs: 1e8 })
  }

  do(command: Command): void {
    const before = this.store.getState().document
    if (this.store.getState().dispatch(command)) this.ledger.wrote(before, this.store.getState().document)
  }

  /** What the page does when it hears of a newer revision. */
  hear(): void {
    const { revision, save } = this.store.getState()
    if (this.isOffline || this.server.revision <= revision) return
    if (save.status === 'saved' || save.status === 'unsaved')
      meetTheirs(this.store, this.server.document, this.server.revision)
  }

  async settle(choice: 'mine' | 'theirs'): Promise<void> {
    await this.autosave.flush()
    const { save } = this.store.getState()
    if (save.status !== 'conflict') return
    this.ledger.asked(save.elements)
    resolveConflict(this.store, choice)
    await this.autosave.flush()
  }
}

class Server {
  document = start
  revision = 1

  save(document: WorkflowDocument, revision: number): SaveAnswer {
    if (revision !== this.revision)
      return { kind: 'conflict', document: this.document, revision: this.revision }
    this.document = JSON.parse(JSON.stringify(document)) as WorkflowDocument
    this.revision += 1
    return { kind: 'saved', revision: this.revision, document }
  }
}

const noStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} } as unknown as Storage

/** Every value that was written, over which one, and what people were asked about. */
class Ledger {
  private readonly written: { place: string; before: string; after: string }[] = []
  private readonly questions = new Set<string>()

  wrote(before: WorkflowDocument, after: WorkflowDocument): void {
    const [old, young] = [valuesOf(before), valuesOf(after)]
    for (const place of new Set([...old.keys(), ...young.keys()])) {
      const change = { place, before: old.get(place) ?? 'none', after: young.get(place) ?? 'none' }
      if (change.before !== change.after) this.written.push(change)
    }
  }

  asked(elements: readonly string[]): void {
    for (const element of elements) this.questions.add(element)
  }

  /** Values that are gone though nobody wrote over them knowingly and nobody was asked. */
  lost(end: WorkflowDocument): string[] {
    const final = valuesOf(end)
    return this.written
      .filter(({ place, after }) => !this.leadsTo(place, after, final.get(place) ?? 'none'))
      .filter(({ place }) => !this.wasAsked(place.split(' ')[0] ?? ''))
      .map(({ place, after }) => `${place}: ${after}`)
  }

  /** An edge goes with the node that one of them deleted and both were asked about. */
  private wasAsked(element: string): boolean {
    const ends = element.startsWith('edges/') ? element.slice(6).split('>') : []
    return [element, ...ends.map((id) => `nodes/${id}`)].some((one) => this.questions.has(one))
  }

  private leadsTo(place: string, from: string, to: string): boolean {
    const reached = new Set([from])
    for (const change of this.written)
      if (change.place === place && reached.has(change.before)) reached.add(change.after)
    return reached.has(to)
  }
}

/** Each value of a document by the element it is in and where: `nodes/a params.x`. */
function valuesOf(document: WorkflowDocument): Map<string, string> {
  const values = new Map<string, string>()
  for (const one of document.nodes) {
    const { params, ...rest } = one
    for (const [key, value] of Object.entries(rest))
      values.set(`nodes/${one.id} ${key}`, JSON.stringify(value))
    for (const [key, value] of Object.entries(params))
      values.set(`nodes/${one.id} params.${key}`, JSON.stringify(value))
  }
  for (const one of document.edges) values.set(`edges/${edgeKey(one)} is`, 'there')
  for (const one of document.notes)
    for (const [key, value] of Object.entries(one))
      values.set(`notes/${one.id} ${key}`, JSON.stringify(value))
  return values
}

/** Every value written is one of its own, so that it can be told apart at the end. */
function commandOf({ kind, a, b }: Choice, unique: number, document: WorkflowDocument): Command {
  const pick = (at: number) => document.nodes[at % Math.max(1, document.nodes.length)]?.id ?? 'none'
  const [one, other] = [pick(a), pick(b)]
  const known = findNode(document, one)
  const commands: Command[] = [
    addNode(node(`n${unique}`, { position: [unique * 16, 160] })),
    removeNodes([one]),
    moveNodes(new Map([[one, [unique * 16, b * 16]]])),
    renameNode(one, `Name ${unique}`),
    setParams(one, { ...known?.params, x: unique }),
    setParams(one, { ...known?.params, y: unique }),
    connect(edge(one, other)),
    disconnect(document.edges.slice(a % 3, (a % 3) + 1).map(edgeKey)),
    addNote({ id: `note${unique}`, text: `${unique}`, color: 'yellow', position: [0, 0], size: [160, 96] }),
    editNote(document.notes[a % Math.max(1, document.notes.length)]?.id ?? '', { text: `${unique}` }),
  ]
  return commands[kind % commands.length] as Command
}

const steps = fc.array(fc.record({ who: fc.nat(1), kind: fc.nat(16), a: fc.nat(7), b: fc.nat(7) }), {
  minLength: 4,
  maxLength: 60,
})

describe('two people who edit one workflow', () => {
  it('end with the same document, and no edit is lost without a question', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        async (choices, keeps) => {
          const server = new Server()
          const ledger = new Ledger()
          const tabs = [new Tab(server, ledger), new Tab(server, ledger)]
          let asked = 0
          const answer = () => (keeps[asked++ % keeps.length] ? 'mine' : 'theirs')
          for (const [at, choice] of choices.entries()) {
            const tab = tabs[choice.who] as Tab
            if (choice.kind === 10 || choice.kind === 11) await tab.settle(answer())
            else if (choice.kind === 12) tab.hear()
            else if (choice.kind === 13) tab.isOffline = !tab.isOffline
            else tab.do(commandOf(choice, at + 1, tab.store.getState().document))
          }
          for (let round = 0; round < 6; round += 1) {
            for (const tab of tabs) {
              tab.isOffline = false
              tab.store.setState((state) =>
                state.save.status === 'offline' ? { save: { status: 'unsaved' } } : state,
              )
              tab.hear()
              await tab.settle(answer())
            }
          }
          const [one, two] = tabs.map((tab) => tab.store.getState())
          expect([one?.save.status, two?.save.status]).toEqual(['saved', 'saved'])
          expect(diffDocuments(one?.document ?? start, two?.document ?? start)).toEqual([])
          expect(diffDocuments(one?.document ?? start, server.document)).toEqual([])
          expect(ledger.lost(server.document)).toEqual([])
          for (const tab of tabs) tab.autosave.stop()
        },
      ),
      { numRuns: 1500, seed: 7 },
    )
  }, 60_000)
})
