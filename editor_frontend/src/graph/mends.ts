/** What one click can do about a problem: always one command, which undo takes back. */
import { addNode, batch, type Command, removeNodes, setSettings } from './commands'
import { edgeKey, findNode, type WorkflowDocument, type WorkflowNode } from './document'
import { connect, disconnect } from './edge-commands'
import { newId, uniqueName } from './naming'
import { type NodeLibrary, outputPorts } from './node-type'
import { referencedNames, renameReferences } from './references'
import { type Problem, problemNode } from './validate'

export interface Mend {
  title: string
  command: Command
  /** It takes something away: not among those done all at once. */
  isRemoval?: boolean
}

type Maker = (node: WorkflowNode, document: WorkflowDocument, library: NodeLibrary) => Mend | null

const ask: Maker = (node, _, library) => ({
  title: 'Ask a person when it fails',
  command: setSettings(node.id, { ...node.settings, on_error: 'escalate' }, library.get(node.type)),
})
const remove: Maker = (node) => ({
  title: 'Delete it',
  command: removeNodes([node.id]),
  isRemoval: true,
})

const makers: Readonly<Record<string, Maker>> = {
  'write.unhandled': ask,
  'error.unused': ask,
  'call.no_retry': (node, _, library) => ({
    title: 'Try up to 3 times',
    command: setSettings(
      node.id,
      {
        ...node.settings,
        retry: { attempts: 3, backoff: 'exponential', initial_seconds: 1, max_seconds: 300 },
      },
      library.get(node.type),
    ),
  }),
  'node.unconnected': remove,
  'node.unreachable': remove,
  'trigger.leads_nowhere': remove,
  'node.duplicate_name': (node, document) => {
    const name = uniqueName(document, node.name)
    return { title: `Rename to “${name}”`, command: renameOnly(node.id, name) }
  },
  'expression.node_unknown': meant,
  'loop.not_closed': closeLoop,
  'branch.open': (node, document, library) => followElsewhere(node, document, library),
}

export function mendOf(problem: Problem, document: WorkflowDocument, library: NodeLibrary): Mend | null {
  if (problem.code === 'workflow.no_trigger') return addTrigger(document)
  if (problem.code.startsWith('edge.')) return deleteEdge(problem, document)
  const node = findNode(document, problemNode(problem) ?? '')
  return node ? (makers[problem.code]?.(node, document, library) ?? null) : null
}

/** Several mends as one step of undo. Each looks at what those before it left. */
export function mendAll(
  problems: readonly Problem[],
  document: WorkflowDocument,
  library: NodeLibrary,
): Command | null {
  const codes = problems.flatMap((problem) => {
    const mend = mendOf(problem, document, library)
    return mend && !mend.isRemoval ? [problem] : []
  })
  if (codes.length === 0) return null
  const commands = codes.map(
    (problem): Command =>
      (current) =>
        mendOf(problem, current, library)?.command(current) ?? null,
  )
  return batch(`Mend ${codes.length === 1 ? '1 thing' : `${codes.length} things`}`, commands)
}

/** Its namesake keeps the name, and with it all expressions that use it. */
function renameOnly(id: string, name: string): Command {
  return (document) => {
    const node = findNode(document, id)
    if (!node || document.nodes.some((other) => other.name === name)) return null
    const index = document.nodes.indexOf(node)
    return {
      label: `Rename to ${name}`,
      patches: [{ list: 'nodes', id, index, before: node, after: { ...node, name } }],
    }
  }
}

/** The name that was meant: the same but for case, spaces, or a letter or two. */
function meant(node: WorkflowNode, document: WorkflowDocument): Mend | null {
  const names = document.nodes.map((one) => one.name)
  const unknown = [...referencedNames(node.params)].find((name) => !names.includes(name))
  if (unknown === undefined) return null
  const [best] = names
    .map((name) => ({ name, distance: distanceOf(plain(name), plain(unknown)) }))
    .filter(({ distance }) => distance <= Math.min(2, unknown.length / 3))
    .sort((one, other) => one.distance - other.distance)
  if (!best) return null
  return { title: `Use “${best.name}”`, command: nameInstead(node.id, unknown, best.name) }
}

function nameInstead(id: string, from: string, to: string): Command {
  return (document) => {
    const node = findNode(document, id)
    const params = node && renameReferences(node.params, from, to)
    if (!node || params === node.params || params === undefined) return null
    const index = document.nodes.indexOf(node)
    return {
      label: `Use ${to}`,
      patches: [{ list: 'nodes', id, index, before: node, after: { ...node, params } }],
    }
  }
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

/** How many letters must be put in, taken out or changed. */
function distanceOf(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}

function addTrigger(document: WorkflowDocument): Mend {
  const fed = new Set(document.edges.map((edge) => edge.target))
  const roots = document.nodes.filter((node) => !fed.has(node.id))
  const left = Math.min(...document.nodes.map((node) => node.position[0]))
  const start: WorkflowNode = {
    id: newId('start'),
    type: 'trigger.manual',
    version: 1,
    name: uniqueName(document, 'Start by hand'),
    position: [left - 288, roots[0]?.position[1] ?? 0],
    params: {},
  }
  return {
    title: 'Add a manual start',
    command: batch('Add a manual start', [
      addNode(start),
      ...roots.map((root) => connect({ source: start.id, output: 'main', target: root.id, input: 'main' })),
    ]),
  }
}

function deleteEdge(problem: Problem, document: WorkflowDocument): Mend | null {
  const edge = document.edges[Number(problem.path.split('.')[1])]
  return edge ? { title: 'Delete the line', command: disconnect([edgeKey(edge)]), isRemoval: true } : null
}

/** The last nodes of the part that repeats lead back. */
function closeLoop(node: WorkflowNode, document: WorkflowDocument, library: NodeLibrary): Mend | null {
  const inside = new Set<string>()
  const queue = document.edges
    .filter((edge) => edge.source === node.id && edge.output === 'each')
    .map((edge) => edge.target)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (id === node.id || inside.has(id)) continue
    inside.add(id)
    for (const edge of document.edges) if (edge.source === id) queue.push(edge.target)
  }
  const sources = new Set(document.edges.map((edge) => edge.source))
  const ends = document.nodes.filter((one) => inside.has(one.id) && !sources.has(one.id))
  const edges = ends.flatMap((end) => {
    const [output] = outputPorts(end, library.get(end.type))
    return output ? [{ source: end.id, output, target: node.id, input: 'back' }] : []
  })
  return edges.length > 0
    ? { title: 'Lead it back', command: batch('Close the loop', edges.map(connect)) }
    : null
}

/** What fits no rule goes to a stop that says so. */
function followElsewhere(node: WorkflowNode, document: WorkflowDocument, library: NodeLibrary): Mend | null {
  if (!library.has('human.escalate')) return null
  const name = uniqueName(document, `Nothing fits in ${node.name}`)
  const made: WorkflowNode = {
    id: newId(name),
    type: 'human.escalate',
    version: 1,
    name,
    position: [node.position[0] + 288, node.position[1] + 160],
    params: { subject: `Nothing fits in ${node.name}`, reason: 'Items came that no rule is about.' },
  }
  return {
    title: 'Show them to a person',
    command: batch('Show what fits no rule to a person', [
      addNode(made),
      connect({ source: node.id, output: 'fallback', target: made.id, input: 'main' }),
    ]),
  }
}
