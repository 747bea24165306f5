/**
 * The smallest changes of a document, each of one element and each with both of its ends,
 * so that inverting is swapping and comparing two histories is comparing elements.
 */
import {
  type CanvasNote,
  edgeKey,
  type NodeGroup,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from './document'
import { sameJson } from './equal'

export interface ListElements {
  nodes: WorkflowNode
  edges: WorkflowEdge
  notes: CanvasNote
  groups: NodeGroup
}
export type ListName = keyof ListElements

/** `before` undefined: the element is added at `index`; `after` undefined: it is removed from there. */
export interface ListPatch<Name extends ListName = ListName> {
  list: Name
  id: string
  index: number
  before: ListElements[Name] | undefined
  after: ListElements[Name] | undefined
}

/** One key of `pins`, of `settings`, or of the document itself. */
export interface ValuePatch {
  record: 'pins' | 'settings' | 'document'
  key: string
  before: unknown
  after: unknown
}

export type Patch = { [Name in ListName]: ListPatch<Name> }[ListName] | ValuePatch

/** What a command makes: a sentence for the undo menu and the patches. */
export interface Change {
  label: string
  patches: Patch[]
  /** Changes that follow each other quickly with the same group are undone together. */
  group?: string
}

export const listNames: readonly ListName[] = ['nodes', 'edges', 'notes', 'groups']

export function elementId(list: ListName, element: ListElements[ListName]): string {
  return list === 'edges' ? edgeKey(element as WorkflowEdge) : (element as WorkflowNode).id
}

export function applyPatches(document: WorkflowDocument, patches: readonly Patch[]): WorkflowDocument {
  const lists = new Map<ListName, ListElements[ListName][]>()
  let next = document
  for (const patch of patches) {
    if ('list' in patch) applyToList(openList(lists, document, patch.list), patch)
    else next = applyToRecord(next, patch)
  }
  return lists.size === 0 ? next : { ...next, ...Object.fromEntries(lists) }
}

function openList(
  lists: Map<ListName, ListElements[ListName][]>,
  document: WorkflowDocument,
  name: ListName,
): ListElements[ListName][] {
  const opened = lists.get(name) ?? [...document[name]]
  lists.set(name, opened)
  return opened
}

function applyToList(elements: ListElements[ListName][], patch: Extract<Patch, { list: ListName }>): void {
  const found = locate(elements, patch)
  if (patch.after === undefined) {
    if (found >= 0) elements.splice(found, 1)
  } else if (found >= 0) elements[found] = patch.after
  else elements.splice(Math.min(patch.index, elements.length), 0, patch.after)
}

/** The recorded index is nearly always right; others may have edited the list meanwhile. */
function locate(elements: ListElements[ListName][], patch: Extract<Patch, { list: ListName }>): number {
  const sought = patch.before ? elementId(patch.list, patch.before) : patch.id
  const guess = elements[patch.index]
  if (guess && elementId(patch.list, guess) === sought) return patch.index
  return elements.findIndex((element) => elementId(patch.list, element) === sought)
}

function applyToRecord(document: WorkflowDocument, patch: ValuePatch): WorkflowDocument {
  if (patch.record === 'document') return withKey(document, patch.key, patch.after)
  return { ...document, [patch.record]: withKey(document[patch.record], patch.key, patch.after) }
}

function withKey<R extends Record<string, unknown>>(record: R, key: string, value: unknown): R {
  const next: Record<string, unknown> = { ...record, [key]: value }
  if (value === undefined) delete next[key]
  return next as R
}

export function invertPatches(patches: readonly Patch[]): Patch[] {
  return patches.map(invertPatch).reverse()
}

function invertPatch(patch: Patch): Patch {
  const swapped = { ...patch, before: patch.after, after: patch.before } as Patch
  if ('list' in swapped)
    swapped.id = elementId(swapped.list, (swapped.before ?? swapped.after) as WorkflowNode)
  return swapped
}

/** The names of what a patch touches, for finding out whether two people edited the same thing. */
export function touchedElement(patch: Patch): string {
  return 'list' in patch ? `${patch.list}/${patch.id}` : `${patch.record}/${patch.key}`
}

/** Joins patches that replace the same element one after the other; drops those that change nothing. */
export function compactPatches(patches: readonly Patch[]): Patch[] {
  const result: Patch[] = []
  for (const patch of patches) {
    const last = result.at(-1)
    if (last && canJoin(last, patch)) result[result.length - 1] = { ...last, after: patch.after } as Patch
    else result.push(patch)
  }
  return joinReplacements(result).filter((patch) => !sameJson(patch.before, patch.after))
}

function canJoin(first: Patch, second: Patch): boolean {
  return (
    touchedElement(first) === touchedElement(second) && isReplacement(second) && first.after !== undefined
  )
}

function isReplacement(patch: Patch): boolean {
  return !('list' in patch) || (patch.before !== undefined && patch.after !== undefined)
}

/** Dragging ten nodes gives ten patches a frame: join over the whole run of replacements. */
function joinReplacements(patches: Patch[]): Patch[] {
  // An edge that is replaced gets another id, so the order of its patches matters.
  if (!patches.every(isReplacement) || patches.some((patch) => 'list' in patch && patch.list === 'edges'))
    return patches
  const joined = new Map<string, Patch>()
  for (const patch of patches) {
    const known = joined.get(touchedElement(patch))
    joined.set(touchedElement(patch), known ? ({ ...known, after: patch.after } as Patch) : patch)
  }
  return [...joined.values()]
}
