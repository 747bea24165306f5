/** Items as somebody wrote them. Pure. */
import type { Json, JsonObject } from '@/api/types'

const mostItems = 1000

type Read = { items: JsonObject[]; problem: null } | { items: null; problem: string }

/** A list of objects; one object alone counts as a list of one. */
export function itemsFromText(text: string): Read {
  const value = parsed(text)
  if (value instanceof Error) return failed(value.message)
  const list = Array.isArray(value) ? value : [value]
  const odd = list.findIndex((each) => typeof each !== 'object' || each === null || Array.isArray(each))
  if (odd >= 0) return failed(`Item ${odd + 1} is no object: every item needs fields, as in {"name": "Ada"}.`)
  if (list.length > mostItems)
    return failed(`At most ${mostItems} items can be pinned; these are ${list.length}.`)
  return { items: list as JsonObject[], problem: null }
}

function parsed(text: string): Json | Error {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    return error instanceof Error ? error : new Error('This is not JSON.')
  }
}

function failed(problem: string): Read {
  return { items: null, problem }
}
