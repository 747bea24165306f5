import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from '@/api/client'
import { loadOptions } from '@/api/options'
import type { JsonObject } from '@/api/types'
import { Combobox } from '@/ui/Combobox'
import { useDebounced } from '@/ui/use-debounced'
import { type ControlProps, useForm, useProblem } from '../form-context'
import { humanize, isExpression } from '../schema'
import { sentences } from '../sentences'
import { asObject } from '../values'

const typingPauseMs = 250

/** A text with suggestions that the node fetches; they come when the list is opened. */
export function OptionsControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { nodeType, valuesRef, isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const [search, setSearch] = useState<string | null>(null)
  const settled = useDebounced(search ?? '', typingPauseMs)
  const loader = schema.ui?.options ?? ''
  const params = valuesRef.current
  const needs = Object.fromEntries((schema.ui?.needs ?? []).map((name) => [name, near(params, path, name)]))
  const missing = Object.entries(needs).find(([, given]) => !given || isExpression(given))?.[0]
  const found = useQuery({
    queryKey: ['options', nodeType, loader, needs, settled],
    queryFn: ({ signal }) =>
      loadOptions(nodeType ?? '', loader, { ...params, ...needs } as JsonObject, settled, signal),
    enabled: search !== null && nodeType !== null && missing === undefined,
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    retry: false,
  })
  const [example] = schema.examples ?? []
  const problem = found.data?.error
  const status = () => {
    if (missing !== undefined)
      return `Choose ${humanize(missing).toLowerCase()} first; then the choices can be fetched.`
    if (found.error) return errorText(found.error)
    if (problem) return sentences(problem.message, problem.hint)
    if (found.isPending) return 'Asking…'
    return found.data.items.length === 0 ? 'Nothing is called that. What you type is taken as it is.' : null
  }
  return (
    <Combobox
      id={id}
      label={label}
      value={String(value ?? '')}
      text={String(value ?? '')}
      isFree
      placeholder={schema.ui?.placeholder ?? (example === undefined ? undefined : String(example))}
      isReadOnly={isReadOnly}
      isInvalid={isInvalid}
      choices={missing === undefined ? (found.data?.items ?? []) : []}
      status={status()}
      onChange={onChange}
      onSearch={setSearch}
      onRefresh={missing === undefined ? () => void found.refetch() : undefined}
    />
  )
}

/** A param beside this one, else of the whole form. */
function near(params: Readonly<Record<string, unknown>>, path: string, name: string): unknown {
  const steps = path.split('.').slice(0, -1)
  const beside = steps.reduce<unknown>((inner, step) => asObject(inner)[step], params)
  return asObject(beside)[name] ?? params[name]
}
