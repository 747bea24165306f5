import type { FormField, Json, JsonObject } from '@/api/types'
import type { Problems } from './proposal'

/** What is filled in, by field, as its control holds it. */
export type Answers = Readonly<Record<string, string | readonly string[]>>

export function answersOf(form: readonly FormField[], given: JsonObject = {}): Answers {
  return Object.fromEntries(
    form.map((field) => [field.name, held(field, given[field.name] ?? field.default)]),
  )
}

function held(field: FormField, value: Json | undefined): string | readonly string[] {
  if (field.kind === 'choices') return Array.isArray(value) ? value.map(String) : []
  return value === null || value === undefined ? '' : String(value)
}

/** The answers as they are sent; what is not answered is null. */
export function readAnswers(form: readonly FormField[], answers: Answers): JsonObject {
  return Object.fromEntries(form.map((field) => [field.name, readOne(field, answers[field.name])]))
}

function readOne(field: FormField, answer: string | readonly string[] | undefined): Json {
  if (Array.isArray(answer)) return answer.length > 0 ? [...answer] : null
  const text = String(answer ?? '')
  if (text.trim() === '') return null
  return field.kind === 'boolean' ? text === 'true' : text
}

/** What is missing among some fields; all else the server judges. */
export function missing(fields: readonly FormField[], answers: Answers): Problems {
  const unanswered = fields.filter(
    (field) => field.is_required && readOne(field, answers[field.name]) === null,
  )
  return Object.fromEntries(unanswered.map((field) => [field.name, `${field.label} must be answered.`]))
}

export interface FormPage {
  title: string
  fields: readonly FormField[]
}

/** The form page by page, in the order in which the pages are first named. */
export function pagesOf(form: readonly FormField[]): FormPage[] {
  const titles = [...new Set(form.map((field) => field.page))]
  return titles.map((title) => ({ title, fields: form.filter((field) => field.page === title) }))
}

/** The first page with a problem on it; -1 when there is none. */
export function pageOfProblem(pages: readonly FormPage[], problems: Problems): number {
  return pages.findIndex(({ fields }) => fields.some((field) => problems[field.name] !== undefined))
}
