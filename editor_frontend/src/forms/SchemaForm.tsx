import { useMemo, useRef } from 'react'
import type { Problem } from '@/api/types'
import { FieldGroup } from './FieldGroup'
import { type ExpressionSupport, FormContext, type NamedNode } from './form-context'
import type { Schema } from './schema'

export interface SchemaFormProps {
  schema: Schema
  value: Readonly<Record<string, unknown>>
  onChange: (value: Record<string, unknown>) => void
  /** With paths from the root of the form. */
  problems?: readonly Problem[]
  expressions?: ExpressionSupport | null
  isReadOnly?: boolean
  /** Whose params these are, for options that it fetches. */
  nodeType?: string | null
  /** The steps that a field may name. */
  nodes?: readonly NamedNode[]
  /** Prefix of the controls' ids; needed when two forms stand on one page. */
  idPrefix?: string
}

const noProblems: readonly Problem[] = []
const noNodes: readonly NamedNode[] = []

/** A JSON schema as a form. Fields that are absent from `value` show their defaults. */
export function SchemaForm(props: SchemaFormProps) {
  const {
    schema,
    value,
    onChange,
    problems = noProblems,
    expressions = null,
    isReadOnly = false,
    nodeType = null,
    nodes = noNodes,
    idPrefix,
  } = props
  const valuesRef = useRef(value)
  valuesRef.current = value
  const context = useMemo(
    () => ({ root: schema, problems, expressions, isReadOnly, nodeType, nodes, valuesRef }),
    [schema, problems, expressions, isReadOnly, nodeType, nodes],
  )
  return (
    <FormContext value={context}>
      <FieldGroup schema={schema} value={value} onChange={onChange} path="" id={idPrefix ?? 'param'} />
    </FormContext>
  )
}
