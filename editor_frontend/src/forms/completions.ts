/** What can be typed in an expression here: names, nodes, and the fields of real data. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Json, JsonObject } from '@/api/types'

export interface ExpressionScope {
  sample: JsonObject | null
  nodes: readonly { name: string; sample: JsonObject | null }[]
}

const globals: Completion[] = [
  { label: '$json', detail: 'the current item' },
  { label: '$input', detail: 'all items that came in' },
  { label: '$itemIndex', detail: 'its number, from 0' },
  { label: '$now', detail: 'this moment' },
  { label: '$today', detail: 'midnight today' },
  { label: 'DateTime', detail: 'dates and times (Luxon)' },
  { label: '$run', detail: 'id, mode and address of this run' },
  { label: '$workflow', detail: 'id, name, active' },
  { label: '$vars', detail: 'variables' },
  { label: '$memory', detail: 'what was remembered' },
  { label: '$if', detail: '(condition, then, else)' },
  { label: '$ifEmpty', detail: '(value, instead)' },
  { label: '$jmespath', detail: '(data, query)' },
]

const nodeMembers: Completion[] = [
  { label: 'item', detail: 'the item this one came from' },
  { label: 'first()', detail: 'its first item' },
  { label: 'last()', detail: 'its last item' },
  { label: 'all()', detail: 'all its items' },
  { label: 'params', detail: 'its settings' },
]

const inputMembers: Completion[] = nodeMembers.filter(({ label }) => label !== 'params')

const runMembers: Completion[] = ['id', 'mode', 'url', 'resume_url'].map((label) => ({ label }))
const workflowMembers: Completion[] = ['id', 'name', 'active'].map((label) => ({ label }))

/** In a template only between braces; in code everywhere. */
export function completeExpression(
  context: CompletionContext,
  scope: ExpressionScope,
  isTemplate: boolean,
): CompletionResult | null {
  const before = context.state.sliceDoc(0, context.pos)
  if (isTemplate && before.lastIndexOf('{{') <= before.lastIndexOf('}}')) return null
  const word = /[\w$]*$/.exec(before)?.[0] ?? ''
  const from = context.pos - word.length
  const chain = before.slice(0, from)
  if (/\$\(\s*['"][^'"]*$/.test(before)) return nodeNames(before, context.pos, scope)
  if (chain.endsWith('.')) return members(chain.slice(0, -1), from, scope)
  if (!word && !context.explicit) return null
  return {
    from,
    options: [...globals, nodesHint(scope)].filter((each) => each !== null),
    validFor: /^[\w$]*$/,
  }
}

function nodesHint(scope: ExpressionScope): Completion | null {
  const [first] = scope.nodes
  return first ? { label: `$('${first.name}')`, detail: 'another node', apply: "$('" } : null
}

function nodeNames(before: string, pos: number, scope: ExpressionScope): CompletionResult {
  const typed = /['"]([^'"]*)$/.exec(before)?.[1] ?? ''
  return { from: pos - typed.length, options: scope.nodes.map(({ name }) => ({ label: name })) }
}

function members(chain: string, from: number, scope: ExpressionScope): CompletionResult | null {
  const options = memberOptions(chain, scope)
  return options && options.length > 0 ? { from, options, validFor: /^[\w$]*$/ } : null
}

const path = String.raw`((?:\??\.[\w$]+|\[\d+\]|\[(?:"[^"]*"|'[^']*')\])*)`
const jsonChain = new RegExp(`\\$json${path}$`)
const nodeChain = new RegExp(
  `\\$\\(\\s*(?:'([^']*)'|"([^"]*)")\\s*\\)(?:\\.(item|first\\(\\)|last\\(\\)))?(\\.json${path})?$`,
)
const inputChain = new RegExp(`\\$input(?:\\.(item|first\\(\\)|last\\(\\)))?(\\.json${path})?$`)

function memberOptions(chain: string, scope: ExpressionScope): Completion[] | null {
  const own = jsonChain.exec(chain)
  if (own) return fieldsAt(scope.sample, own[1] ?? '')
  const node = nodeChain.exec(chain)
  if (node) {
    const sample = scope.nodes.find(({ name }) => name === (node[1] ?? node[2]))?.sample ?? null
    return itemOptions(nodeMembers, sample, node[3], node[4], node[5])
  }
  const input = inputChain.exec(chain)
  if (input) return itemOptions(inputMembers, scope.sample, input[1], input[2], input[3])
  if (/\$run$/.test(chain)) return runMembers
  return /\$workflow$/.test(chain) ? workflowMembers : null
}

function itemOptions(
  ofNode: Completion[],
  sample: JsonObject | null,
  member: string | undefined,
  json: string | undefined,
  inside: string | undefined,
): Completion[] {
  if (!member) return ofNode
  return json ? fieldsAt(sample, inside ?? '') : [{ label: 'json', detail: 'its fields' }]
}

function fieldsAt(sample: JsonObject | null, steps: string): Completion[] {
  const found = valueAt(sample, steps)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return []
  return Object.entries(found)
    .filter(([name]) => /^[A-Za-z_$][\w$]*$/.test(name))
    .map(([label, value]) => ({ label, detail: glimpse(value), boost: 1 }))
}

function valueAt(sample: Json, steps: string): Json | undefined {
  const names = [...steps.matchAll(/\.([\w$]+)|\[(\d+)\]|\[["']([^"']*)["']\]/g)]
  return names.reduce<Json | undefined>((value, [, dotted, index, quoted]) => {
    if (Array.isArray(value)) return value[Number(index ?? dotted)]
    return typeof value === 'object' && value !== null ? value[dotted ?? quoted ?? String(index)] : undefined
  }, sample)
}

function glimpse(value: Json): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
