/** What a module promises to those who run it, and which of these promises a change breaks. */
import type { WorkflowDocument, WorkflowNode } from './document'
import { sameJson } from './equal'
import { moduleTrigger, moduleType } from './module-type'

interface Input {
  name: string
  type: string
  required: boolean
  default: unknown
}

const usual: Omit<Input, 'name'> = { type: 'any', required: false, default: null }

/** Sentences; empty when everyone who ran the module before can run it now. */
export function brokenPromises(before: WorkflowDocument, after: WorkflowDocument): string[] {
  const old = startOf(before)
  if (!old) return []
  const young = startOf(after)
  if (!young) return ['No other workflow can start it any more: its trigger is gone']
  return [...brokenInputs(inputsOf(old), inputsOf(young)), ...brokenOutputs(before, after)]
}

function startOf(document: WorkflowDocument): WorkflowNode | undefined {
  return document.nodes.find((node) => node.type === moduleTrigger && !node.disabled)
}

function inputsOf(start: WorkflowNode): Map<string, Input> {
  const listed = Array.isArray(start.params.inputs) ? (start.params.inputs as Partial<Input>[]) : []
  return new Map(
    listed.flatMap((input) => (input.name ? [[input.name, { ...usual, ...input, name: input.name }]] : [])),
  )
}

function brokenInputs(before: ReadonlyMap<string, Input>, after: ReadonlyMap<string, Input>): string[] {
  return [...after.values()].flatMap((input) => {
    const known = before.get(input.name)
    const found: string[] = []
    if (isDemanded(input) && !(known && isDemanded(known)))
      found.push(`It now needs the input “${input.name}”`)
    if (known && known.type !== input.type && input.type !== 'any')
      found.push(`The input “${input.name}” must now be ${withArticle(input.type)}`)
    return found
  })
}

function isDemanded(input: Input): boolean {
  return input.required && (input.default === null || input.default === undefined)
}

function withArticle(type: string): string {
  return type === 'object' ? 'an object' : type === 'boolean' ? 'true or false' : `a ${type}`
}

/** Fields that its last steps set by name: what callers can count on. */
function brokenOutputs(before: WorkflowDocument, after: WorkflowDocument): string[] {
  const [old, young] = [outputsOf(before), outputsOf(after)]
  if (!old) return []
  if (!young)
    return sameEnds(before, after) ? [] : ['Its last step is another one: what comes out may differ']
  return [...old].filter((name) => !young.has(name)).map((name) => `It no longer gives the field “${name}”`)
}

function outputsOf(document: WorkflowDocument): Set<string> | null {
  const ends = endsOf(document)
  if (ends.length === 0 || ends.some((node) => node.type !== 'data.set')) return null
  const names = ends.map((node) => {
    const fields = Array.isArray(node.params.fields) ? (node.params.fields as { name?: unknown }[]) : []
    return new Set(fields.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])))
  })
  const [first = new Set<string>(), ...rest] = names
  return new Set([...first].filter((name) => rest.every((others) => others.has(name))))
}

function endsOf(document: WorkflowDocument): WorkflowNode[] {
  const sources = new Set(document.edges.map((edge) => edge.source))
  return document.nodes.filter(
    (node) => !sources.has(node.id) && node.type !== moduleTrigger && !node.disabled,
  )
}

function sameEnds(before: WorkflowDocument, after: WorkflowDocument): boolean {
  const kinds = (document: WorkflowDocument) => endsOf(document).map(({ id, type }) => [id, type])
  return sameJson(kinds(before), kinds(after))
}

/** How a workflow runs a module: at which version, or null for whatever is live. */
export function callsOf(document: WorkflowDocument, module: string): (number | null)[] {
  return document.nodes
    .filter((node) => node.type === moduleType && node.params.workflow === module)
    .map((node) => (typeof node.params.version === 'number' ? node.params.version : null))
}
