/** What the palette offers, in the order in which it offers it. */
import type { NodeGroupInfo, NodeTypeInfo } from '@/graph/node-type'
import { fits, type PlaceRequest } from '@/graph/place'
import { rankNodeTypes } from '@/graph/search'

export interface ChoiceSection {
  title: string
  types: NodeTypeInfo[]
}

export interface ChoiceRequest {
  query: string
  types: readonly NodeTypeInfo[]
  groups: readonly NodeGroupInfo[]
  recent: readonly string[]
  place: PlaceRequest
  /** The first node should be a trigger. */
  isEmptyCanvas: boolean
}

export function paletteChoices(request: ChoiceRequest): ChoiceSection[] {
  const { place, query } = request
  const fitting = request.types.filter((type) => fits(type, place.from, place.edge))
  const usable =
    place.from || place.edge
      ? fitting.filter((type) => !type.is_trigger || place.from?.side === 'input')
      : fitting
  if (query.trim() !== '') {
    const found = rankNodeTypes(query, usable, request.recent)
    return found.length > 0 ? [{ title: 'Found', types: found }] : []
  }
  const recent = request.recent.flatMap((key) => usable.filter((type) => type.key === key)).slice(0, 4)
  const sections = request.groups.map((group) => ({
    title: group.title,
    types: usable.filter((type) => type.group === group.key),
  }))
  const isTriggerSection = (section: ChoiceSection) => section.types.some((type) => type.is_trigger)
  const ordered = request.isEmptyCanvas
    ? [...sections.filter(isTriggerSection), ...sections.filter((section) => !isTriggerSection(section))]
    : [...sections.filter((section) => !isTriggerSection(section)), ...sections.filter(isTriggerSection)]
  const first = request.isEmptyCanvas || recent.length === 0 ? [] : [{ title: 'Recent', types: recent }]
  return [...first, ...ordered].filter((section) => section.types.length > 0)
}
