/** Finding node types by what people call them. Pure. */
import type { NodeTypeInfo } from '@/graph/node-type'

/** Types in which every word is found: in name, key, other names or text. */
export function foundTypes(types: readonly NodeTypeInfo[], search: string): NodeTypeInfo[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return types.filter((type) => {
    const text = [type.title, type.key, type.summary, type.description, ...type.aliases]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
