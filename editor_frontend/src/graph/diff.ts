/** What differs between two documents, element by element, and how two edits of one document meet. */
import type { WorkflowDocument } from './document'
import { sameJson } from './equal'
import {
  applyPatches,
  elementId,
  type ListElements,
  type ListName,
  listNames,
  type Patch,
  touchedElement,
} from './patch'

/** Patches that turn `before` into `after`, up to the order of list elements. */
export function diffDocuments(before: WorkflowDocument, after: WorkflowDocument): Patch[] {
  const lists = listNames.flatMap((list) => diffList(list, before[list], after[list]))
  return [
    ...lists,
    ...diffRecord('pins', before.pins, after.pins),
    ...diffRecord('settings', before.settings, after.settings),
    ...diffRecord('document', before, after).filter((patch) => !isStructural(patch)),
  ]
}

const structural = new Set<string>([...listNames, 'pins', 'settings'])

function isStructural(patch: Patch): boolean {
  return 'record' in patch && patch.record === 'document' && structural.has(patch.key)
}

function diffList(
  list: ListName,
  before: ListElements[ListName][],
  after: ListElements[ListName][],
): Patch[] {
  const old = indexed(list, before)
  const fresh = indexed(list, after)
  const patches: Patch[] = []
  for (const [id, { element, index }] of [...old].reverse()) {
    if (!fresh.has(id)) patches.push({ list, id, index, before: element, after: undefined } as Patch)
  }
  for (const [id, { element, index }] of fresh) {
    const known = old.get(id)?.element
    if (!sameJson(known, element)) patches.push({ list, id, index, before: known, after: element } as Patch)
  }
  return patches
}

function indexed(list: ListName, elements: ListElements[ListName][]) {
  return new Map(elements.map((element, index) => [elementId(list, element), { element, index }]))
}

function diffRecord(
  record: 'pins' | 'settings' | 'document',
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Patch[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys
    .filter((key) => !sameJson(before[key], after[key]))
    .map((key) => ({ record, key, before: before[key], after: after[key] }))
}

export interface Merge {
  document: WorkflowDocument
  /** Elements that both sides changed differently; `document` has theirs. */
  conflicts: string[]
}

/** Puts what changed from `base` to `mine` on top of `theirs`. Nodes are merged field by field, their params and
 * settings one by one. */
export function mergeDocuments(
  base: WorkflowDocument,
  mine: WorkflowDocument,
  theirs: WorkflowDocument,
): Merge {
  const their = new Map(diffDocuments(base, theirs).map((patch) => [touchedElement(patch), patch]))
  const conflicts: string[] = []
  const accepted: Patch[] = []
  for (const patch of diffDocuments(base, mine)) {
    const other = their.get(touchedElement(patch))
    const merged = other ? mergePatch(patch, other) : patch
    if (merged) accepted.push(merged)
    else conflicts.push(touchedElement(patch))
  }
  const merged = applyPatches(theirs, accepted)
  const tidy = dropDangling(merged)
  const lost = merged === tidy ? [] : [...lostParts(base, mine, tidy), ...lostParts(base, theirs, tidy)]
  return { document: tidy, conflicts: [...new Set([...conflicts, ...lost])] }
}

/** One patch with the effect of both, or undefined when they contradict each other. */
function mergePatch(mine: Patch, theirs: Patch): Patch | undefined {
  if (sameJson(mine.after, theirs.after)) return theirs
  const [base, left, right] = [mine.before, mine.after, theirs.after]
  if (!isRecord(base) || !isRecord(left) || !isRecord(right)) return undefined
  const fields = mergeFields(base, left, right)
  return fields && ({ ...mine, after: fields } as Patch)
}

function mergeFields(
  base: Record<string, unknown>,
  left: Record<string, unknown>,
  right: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const merged = { ...right }
  for (const key of new Set([...Object.keys(base), ...Object.keys(left)])) {
    if (sameJson(base[key], left[key]) || sameJson(left[key], right[key])) continue
    if (sameJson(base[key], right[key])) merged[key] = left[key]
    else {
      const inner = mergeInside(key, base[key], left[key], right[key])
      if (!inner) return undefined
      merged[key] = inner
    }
    if (merged[key] === undefined) delete merged[key]
  }
  return merged
}

/** Two people may fill in two params of a node; what is inside of a param belongs together. */
function mergeInside(
  key: string,
  base: unknown,
  left: unknown,
  right: unknown,
): Record<string, unknown> | undefined {
  if (key !== 'params' && key !== 'settings') return undefined
  if (!isRecord(left) || !isRecord(right)) return undefined
  return mergeFields(isRecord(base) ? base : {}, left, right)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An edge whose node is gone cannot be kept, nor its pin, nor its place in a group. */
function dropDangling(document: WorkflowDocument): WorkflowDocument {
  const ids = new Set(document.nodes.map((node) => node.id))
  const edges = document.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target))
  const pins = Object.entries(document.pins).filter(([id]) => ids.has(id))
  const groups = document.groups.map((group) => {
    const nodes = group.nodes.filter((id) => ids.has(id))
    return nodes.length === group.nodes.length ? group : { ...group, nodes }
  })
  const isWhole =
    edges.length === document.edges.length &&
    pins.length === Object.keys(document.pins).length &&
    groups.every((group, index) => group === document.groups[index])
  return isWhole ? document : { ...document, edges, pins: Object.fromEntries(pins), groups }
}

/** Edges and pins that one side made and that are lost because the other side removed their node. */
function lostParts(base: WorkflowDocument, side: WorkflowDocument, tidy: WorkflowDocument): string[] {
  const kept = new Set(tidy.edges.map((edge) => elementId('edges', edge)))
  const old = new Set(base.edges.map((edge) => elementId('edges', edge)))
  const edges = side.edges
    .map((edge) => elementId('edges', edge))
    .filter((id) => !kept.has(id) && !old.has(id))
    .filter((id) => isDangling(id, side, tidy))
  const pins = Object.keys(side.pins).filter(
    (id) => tidy.pins[id] === undefined && !sameJson(side.pins[id], base.pins[id]),
  )
  return [...edges.map((id) => `edges/${id}`), ...pins.map((id) => `pins/${id}`)]
}

function isDangling(key: string, side: WorkflowDocument, tidy: WorkflowDocument): boolean {
  const edge = side.edges.find((one) => elementId('edges', one) === key)
  const ids = new Set(tidy.nodes.map((node) => node.id))
  return edge !== undefined && !(ids.has(edge.source) && ids.has(edge.target))
}
