/** Which data from outside the nodes of a module use, and how they get it inside. */
import { findNode, type WorkflowDocument, type WorkflowEdge, type WorkflowNode } from './document'
import { referencedNames } from './references'

export interface ModuleInput {
  name: string
  type: 'any'
  /** The expression outside that gives it, without braces; null for a field of the items that come in anyway. */
  source: string | null
}

const quoted = `(?:'((?:[^'\\\\]|\\\\.)*)'|"((?:[^"\\\\]|\\\\.)*)")`
/** `$('Name').item.json.a.b`, also with first() and last(). */
const reference = new RegExp(
  `\\$\\(\\s*${quoted}\\s*\\)\\.(?:item|first\\(\\)|last\\(\\))\\.json((?:\\.[A-Za-z_$][\\w$]*)+)`,
  'g',
)
const field = /\$json\.([A-Za-z_$][\w$]*)/g

/** The fields of incoming items that the first nodes read, and what all nodes take from further up; or why that cannot be. */
export function inputsFor(
  document: WorkflowDocument,
  nodes: readonly WorkflowNode[],
  entering: readonly WorkflowEdge[],
): ModuleInput[] | string {
  const inside = new Set(nodes.map((node) => node.name))
  const entries = new Set(entering.map((edge) => edge.target))
  const inputs = new Map<string, ModuleInput>()
  for (const node of nodes) {
    if (entries.has(node.id))
      for (const name of readFields(node)) inputs.set(name, { name, type: 'any', source: null })
  }
  for (const node of nodes) {
    const text = JSON.stringify(node.params)
    const left = [...referencedNames(withoutKnown(node.params, inside))].find(
      (name) => !inside.has(name) && document.nodes.some((one) => one.name === name),
    )
    if (left) return `“${node.name}” uses “${left}” in a way that cannot be given to a module`
    for (const { source, path } of outerReferences(text, inside)) {
      if ([...inputs.values()].some((known) => known.source === source)) continue
      const name = freeName(path.split('.').at(-1) ?? 'input', inputs)
      inputs.set(name, { name, type: 'any', source })
    }
  }
  return [...inputs.values()]
}

/** The same params with everything taken from outside read from the module's trigger. */
export function replaceOuter<T>(params: T, inputs: readonly ModuleInput[], trigger: string): T {
  const names = new Map(
    inputs.flatMap((input) => (input.source ? [[input.source, input.name] as const] : [])),
  )
  return mapTexts(params, (text) =>
    text.replace(reference, (whole) => {
      const name = names.get(whole)
      return name === undefined ? whole : `$('${trigger}').item.json.${name}`
    }),
  ) as T
}

function readFields(node: WorkflowNode): Set<string> {
  const found = new Set<string>()
  mapTexts(node.params, (text) => {
    if (text.startsWith('=')) for (const match of text.matchAll(field)) found.add(match[1] ?? '')
    return text
  })
  return found
}

function outerReferences(json: string, inside: ReadonlySet<string>) {
  const found: { source: string; path: string }[] = []
  mapTexts(JSON.parse(json), (text) => {
    for (const match of text.matchAll(reference)) {
      const name = match[1] ?? match[2] ?? ''
      if (!inside.has(name)) found.push({ source: match[0], path: match[3] ?? '' })
    }
    return text
  })
  return found
}

function withoutKnown(params: unknown, inside: ReadonlySet<string>): unknown {
  return mapTexts(params, (text) =>
    text.replace(reference, (whole, single?: string, double?: string) =>
      inside.has(single ?? double ?? '') ? whole : '',
    ),
  )
}

function freeName(wanted: string, inputs: ReadonlyMap<string, unknown>): string {
  let name = wanted
  for (let count = 2; inputs.has(name); count += 1) name = `${wanted}_${count}`
  return name
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]))
}

/** A name for the module, from its first and last node. */
export function moduleName(
  document: WorkflowDocument,
  order: readonly string[],
  chosen: ReadonlySet<string>,
): string {
  const group = document.groups.find(
    (one) => one.nodes.length === chosen.size && one.nodes.every((id) => chosen.has(id)),
  )
  if (group && group.title !== 'Group') return group.title
  const names = order.filter((id) => chosen.has(id)).map((id) => findNode(document, id)?.name ?? '')
  return names.length < 2 ? (names[0] ?? 'Module') : `${names[0]} to ${names.at(-1)}`
}
