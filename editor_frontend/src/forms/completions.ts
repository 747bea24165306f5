/** What can be typed in an expression here: names, nodes, the fields of real data, and the methods of its types. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Json, JsonObject, Preview, ReferenceEntry } from '@/api/types'
import { chainBefore } from './chain'
import { completionInfo } from './completion-info'

export interface ExpressionScope {
  /** The current item, if there is real data. */
  sample: JsonObject | null
  /** Other nodes by name, with a sample item where one is known. */
  nodes: readonly { name: string; sample: JsonObject | null }[]
  /** Names and methods with examples; empty until they are fetched. */
  reference: readonly ReferenceEntry[]
  /** Evaluates a template (with its leading `=`) for the current item. */
  preview: (template: string, signal: AbortSignal) => Promise<Preview>
}

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

/** In a template only between braces; in code everywhere, without the methods that only expressions have. */
export async function completeExpression(
  context: CompletionContext,
  scope: ExpressionScope,
  isTemplate: boolean,
): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(0, context.pos)
  if (isTemplate && before.lastIndexOf('{{') <= before.lastIndexOf('}}')) return null
  const word = /[\w$]*$/.exec(before)?.[0] ?? ''
  const from = context.pos - word.length
  if (/\$\(\s*['"][^'"]*$/.test(before)) return nodeNames(before, context.pos, scope)
  if (before.charAt(from - 1) === '.') {
    const chain = chainBefore(before.slice(0, from - 1))
    const options = await memberOptions(chain, scope, isTemplate)
    return options.length > 0 ? { from, options, validFor: /^[\w$]*$/ } : null
  }
  if (!word && !context.explicit) return null
  return { from, options: [...names(scope), ...nodesHint(scope)], validFor: /^[\w$]*$/ }
}

function names(scope: ExpressionScope): Completion[] {
  return scope.reference
    .filter((entry) => entry.of === 'name' && entry.name !== '$')
    .map((entry) => ({
      label: entry.name,
      detail: firstSentence(entry.summary),
      info: () => completionInfo(entry, null),
    }))
}

function nodesHint({ nodes: [first] }: ExpressionScope): Completion[] {
  return first ? [{ label: `$('${first.name}')`, detail: 'another node', apply: "$('" }] : []
}

function nodeNames(before: string, pos: number, scope: ExpressionScope): CompletionResult {
  const typed = /['"]([^'"]*)$/.exec(before)?.[1] ?? ''
  return { from: pos - typed.length, options: scope.nodes.map(({ name }) => ({ label: name })) }
}

const path = String.raw`((?:\??\.[\w$]+|\[\d+\]|\[(?:"[^"]*"|'[^']*')\])*)`
const jsonChain = new RegExp(`^\\$json${path}$`)
const nodeChain = new RegExp(
  `^\\$\\(\\s*(?:'([^']*)'|"([^"]*)")\\s*\\)(?:\\.(item|first\\(\\)|last\\(\\)))?(\\.json${path})?$`,
)
const inputChain = new RegExp(`^\\$input(?:\\.(item|first\\(\\)|last\\(\\)))?(\\.json${path})?$`)

async function memberOptions(
  chain: string,
  scope: ExpressionScope,
  isTemplate: boolean,
): Promise<Completion[]> {
  const own = jsonChain.exec(chain)
  if (own) return valueOptions(valueAt(scope.sample, own[1] ?? ''), chain, scope, isTemplate)
  const node = nodeChain.exec(chain)
  if (node) {
    const sample = scope.nodes.find(({ name }) => name === (node[1] ?? node[2]))?.sample ?? null
    if (!node[3] || !node[4]) return node[3] ? jsonOnly : nodeMembers
    return valueOptions(valueAt(sample, node[5] ?? ''), chain, scope, isTemplate)
  }
  const input = inputChain.exec(chain)
  if (input) {
    if (!input[1] || !input[2]) return input[1] ? jsonOnly : inputMembers
    return valueOptions(valueAt(scope.sample, input[3] ?? ''), chain, scope, isTemplate)
  }
  if (chain === '$run') return runMembers
  if (chain === '$workflow') return workflowMembers
  if (!isTemplate || chain === '') return []
  if (isDate(chain)) return methods('date', chain, scope)
  return valueOptions(await evaluated(chain, scope), chain, scope, isTemplate)
}

const jsonOnly: Completion[] = [{ label: 'json', detail: 'its fields' }]

function valueOptions(
  value: Json | undefined,
  chain: string,
  scope: ExpressionScope,
  isTemplate: boolean,
): Completion[] {
  if (value === undefined || value === null) return []
  const type = Array.isArray(value) ? 'array' : typeof value
  return [...fields(value), ...(isTemplate ? methods(type, chain, scope) : [])]
}

const dateStarts =
  /^(\$now|\$today|DateTime\.(now|local|utc|fromISO|fromFormat|fromMillis|fromSeconds)\([^)]*\))$/
const dateMethods = /\.(toDateTime|plus|minus|startOf|endOf|setZone|setLocale|toUTC|toLocal|set)\([^)]*\)$/

/** A moment travels as text: only the expression tells that it is one. */
function isDate(chain: string): boolean {
  return dateStarts.test(chain) || dateMethods.test(chain)
}

/** What stands before the dot, for the current item; undefined when that cannot be told. */
async function evaluated(chain: string, { preview }: ExpressionScope): Promise<Json | undefined> {
  try {
    const found = await preview(`={{ ${chain} }}`, AbortSignal.timeout(3000))
    return found.error ? undefined : found.value
  } catch {
    return undefined
  }
}

function fields(value: Json): Completion[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value)
    .filter(([name]) => /^[A-Za-z_$][\w$]*$/.test(name))
    .map(([label, inner]) => ({ label, detail: glimpse(inner), boost: 2 }))
}

function methods(type: string, chain: string, scope: ExpressionScope): Completion[] {
  return scope.reference
    .filter((entry) => entry.of === type)
    .map((entry) => {
      const isCall = entry.call.includes('(')
      return {
        label: isCall ? `${entry.name}()` : entry.name,
        detail: firstSentence(entry.summary),
        type: 'method',
        apply: isCall ? applied(entry) : entry.name,
        info: () => completionInfo(entry, entry.call.endsWith('()') || !isCall ? { chain, scope } : null),
      } satisfies Completion
    })
}

/** With the cursor between the brackets where something belongs there. */
function applied({ name, call }: ReferenceEntry): Completion['apply'] {
  return (view, _completion, from, to) => {
    const inside = from + name.length + (call.endsWith('()') ? 2 : 1)
    const after = view.state.sliceDoc(to, to + 2)
    const insert = after === '()' ? name : `${name}()`
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: inside } })
  }
}

function valueAt(sample: Json, steps: string): Json | undefined {
  const found = [...steps.matchAll(/\.([\w$]+)|\[(\d+)\]|\[["']([^"']*)["']\]/g)]
  return found.reduce<Json | undefined>((value, [, dotted, index, quoted]) => {
    if (Array.isArray(value)) return value[Number(index ?? dotted)]
    return typeof value === 'object' && value !== null ? value[dotted ?? quoted ?? String(index)] : undefined
  }, sample)
}

function firstSentence(text: string): string {
  const first = text.split(/[.:;](?:\s|$)/)[0] ?? text
  return first.length > 60 ? `${first.slice(0, 59)}…` : first
}

function glimpse(value: Json): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
