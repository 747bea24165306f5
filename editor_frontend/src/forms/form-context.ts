import { createContext, useContext } from 'react'
import type { Problem } from '@/api/types'
import type { ExpressionScope } from './completions'
import type { Schema } from './schema'
import { sentences } from './sentences'

/** What expressions can see, for autocompletion and preview. */
export interface ExpressionSupport extends ExpressionScope {
  /** Changes whenever the same template may give another value: run, step, item. */
  previewKey: string
  /** Names of the files on the current item. */
  files: readonly string[]
  /** "item 1 of 3"; empty when there is no real data yet. */
  itemLabel: string
}

export interface NamedNode {
  id: string
  name: string
}

export interface FormContextValue {
  root: Schema
  problems: readonly Problem[]
  /** Null: the values are what they are, and there is no Expression switch. */
  expressions: ExpressionSupport | null
  isReadOnly: boolean
  /** The node type whose params these are; null: nothing can be fetched for them. */
  nodeType: string | null
  /** The steps that a field may name. */
  nodes: readonly NamedNode[]
  /** The whole form's values, for what depends on another field. */
  valuesRef: { readonly current: Readonly<Record<string, unknown>> }
}

export const FormContext = createContext<FormContextValue>({
  root: {},
  problems: [],
  expressions: null,
  isReadOnly: false,
  nodeType: null,
  nodes: [],
  valuesRef: { current: {} },
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
