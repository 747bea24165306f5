import type { Json, JsonObject } from '@/api/types'

/** What is typed, by field; numbers and JSON stay text until they are sent. */
export type Drafts = Readonly<Record<string, string | boolean>>

export function draftsOf(proposed: JsonObject): Drafts {
  return Object.fromEntries(
    Object.entries(proposed).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? value : asText(value),
    ]),
  )
}

export function asText(value: Json): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value, null, typeof value === 'object' ? 2 : undefined)
}

/** The value a draft stands for, of the type that was proposed. Raises Error when it does not fit. */
export function valueFromDraft(draft: string | boolean, original: Json): Json {
  if (typeof draft === 'boolean' || typeof original === 'string') return draft
  if (typeof original === 'number') {
    const number = Number(draft.trim().replace(',', '.'))
    if (draft.trim() === '' || !Number.isFinite(number)) throw new Error('This must be a number.')
    return number
  }
  if (original === null) return draft === '' ? null : draft
  try {
    return JSON.parse(draft) as Json
  } catch {
    throw new Error('This must be JSON.')
  }
}

export function isEdited(original: Json, draft: string | boolean | undefined): boolean {
  return draft !== undefined && String(draft) !== asText(original)
}

export function editedNames(proposed: JsonObject, drafts: Drafts): string[] {
  return Object.entries(proposed)
    .filter(([name, original]) => isEdited(original, drafts[name]))
    .map(([name]) => name)
}

export type Problems = Readonly<Record<string, string>>

/** The values that were changed, and what is wrong with those that do not fit. */
export function readDrafts(
  proposed: JsonObject,
  drafts: Drafts,
): { changed: JsonObject; problems: Problems } {
  const changed: JsonObject = {}
  const problems: Record<string, string> = {}
  for (const name of editedNames(proposed, drafts)) {
    try {
      changed[name] = valueFromDraft(drafts[name] ?? '', proposed[name] ?? null)
    } catch (error) {
      problems[name] = error instanceof Error ? error.message : 'This does not fit.'
    }
  }
  return { changed, problems }
}
