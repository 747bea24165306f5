import type { WorkflowDocument } from './document'
import { downstreamOf } from './edge-commands'
import { planModule } from './module'
import type { NodeLibrary } from './node-type'
import { flowOrder } from './order'

const smallest = 3
const mostTried = 300

/** A part of the workflow that could be a module: a frame that fits, else the largest tail that is at most half of
 * it. Empty when there is none. */
export function moduleCandidate(document: WorkflowDocument, library: NodeLibrary): string[] {
  const half = Math.max(smallest, document.nodes.length / 2)
  const frames = document.groups.map((group) => group.nodes)
  const tails = flowOrder(document)
    .slice(0, mostTried)
    .map((id) => [...downstreamOf(document, id)])
    .sort((one, other) => other.length - one.length)
  const fits = (ids: string[]) =>
    ids.length >= smallest &&
    ids.length <= half &&
    typeof planModule(document, library, new Set(ids), 'Part') !== 'string'
  return [...frames, ...tails].find(fits) ?? []
}
