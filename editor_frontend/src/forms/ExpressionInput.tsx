import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { errorText } from '@/api/client'
import type { Json, Preview } from '@/api/types'
import { useDebounced } from '@/ui/use-debounced'
import { CodeEditor } from './CodeEditor'
import styles from './ExpressionInput.module.css'
import { type ControlProps, type ExpressionSupport, useForm } from './form-context'
import { sentences } from './sentences'

/** The template editor, and what it gives for the current item as one types. */
export function ExpressionInput({ id, label, value, onChange }: ControlProps & { value: string }) {
  const { expressions, isReadOnly } = useForm()
  return (
    <div className={styles.expression}>
      <CodeEditor
        id={id}
        label={label}
        language="template"
        value={value.slice(1)}
        onChange={(text) => onChange(`=${text}`)}
        isReadOnly={isReadOnly}
        scope={expressions}
        placeholder="{{ $json.field }}"
      />
      {expressions && value.length > 1 && <PreviewLine template={value} expressions={expressions} />}
    </div>
  )
}

const typingPauseMs = 250

function PreviewLine({ template, expressions }: { template: string; expressions: ExpressionSupport }) {
  const settled = useDebounced(template, typingPauseMs)
  const isComplete = !/\{\{[^}]*$/.test(settled)
  const preview = useQuery({
    queryKey: ['preview', expressions.previewKey, settled],
    queryFn: ({ signal }) => expressions.preview(settled, signal),
    enabled: isComplete,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  })
  const problem = preview.error ? errorText(preview.error) : problemOf(preview.data)
  if (!isComplete || (!preview.data && !preview.error)) return <p className={styles.preview}>…</p>
  if (!problem && !expressions.sample && isNothing(preview.data)) {
    return <p className={styles.preview}>No data to preview with yet: run the workflow once.</p>
  }
  if (problem) {
    return (
      <p className={styles.problem}>
        <CircleAlert aria-hidden="true" />
        <span>{problem}</span>
      </p>
    )
  }
  return (
    <p className={styles.preview}>
      <output className={styles.value}>= {shown(preview.data?.value)}</output>
      {expressions.itemLabel && <span className={styles.item}> · {expressions.itemLabel}</span>}
    </p>
  )
}

function problemOf(preview: Preview | undefined): string | null {
  const error = preview?.error
  if (!error) return null
  if (typeof error === 'string') return error
  return sentences(error.message, error.hint)
}

function isNothing(preview: Preview | undefined): boolean {
  return preview?.value === undefined || preview.value === null || preview.value === ''
}

const longestShown = 300

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (value === '') return 'empty text'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}
