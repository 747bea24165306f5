import { createContext, useContext } from 'react'
import type { JsonObject, Preview, Problem } from '@/api/types'
import type { Schema } from './schema'
import { sentences } from './sentences'

/** What expressions can see, for autocompletion and preview. */
export interface ExpressionSupport {
  /** Evaluates a template (with its leading `=`) for the current item. */
  preview: (template: string, signal: AbortSignal) => Promise<Preview>
  /** Changes whenever the same template may give another value: run, step, item. */
  previewKey: string
  /** "item 1 of 3"; empty when there is no real data yet. */
  itemLabel: string
  /** The current item, if there is real data. */
  sample: JsonObject | null
  /** Other nodes by name, with a sample item where one is known. */
  nodes: readonly { name: string; sample: JsonObject | null }[]
}

export interface FormContextValue {
  root: Schema
  problems: readonly Problem[]
  /** Null: the values are what they are, and there is no Expression switch. */
  expressions: ExpressionSupport | null
  isReadOnly: boolean
}

export const FormContext = createContext<FormContextValue>({
  root: {},
  problems: [],
  expressions: null,
  isReadOnly: false,
})

export function useForm(): FormContextValue {
  return useContext(FormContext)
}

/** The first problem of exactly this path. Problems end in the path inside the params. */
export function useProblem(path: string): string | null {
  const { problems } = useForm()
  const found = problems.find((problem) => problem.path === path)
  if (!found) return null
  // Of what is merely missing, the place says enough.
  return found.code.endsWith('missing') ? found.message : sentences(found.message, found.hint)
}

export interface ControlProps {
  id: string
  /** For the accessible name where the label is not beside it. */
  label: string
  /** Dotted, from the root of the form: `rules.0.output`. */
  path: string
  /** Resolved. */
  schema: Schema
  value: unknown
  onChange: (value: unknown) => void
  isRequired: boolean
}
