import { Plus, Trash2 } from 'lucide-react'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Select } from '@/ui/Input'
import { CompactValue } from '../CompactValue'
import { focusAdded } from '../focus-added'
import { type ControlProps, useForm, useProblem } from '../form-context'
import { resolveSchema, type Schema } from '../schema'
import { asList, asObject, removed, replaced } from '../values'
import styles from './ConditionsControl.module.css'
import nested from './nested.module.css'

const operatorWords: Record<string, string> = {
  eq: 'is equal to',
  ne: 'is not equal to',
  gt: 'is greater than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  contains: 'contains',
  not_contains: 'does not contain',
  starts_with: 'starts with',
  not_starts_with: 'does not start with',
  ends_with: 'ends with',
  not_ends_with: 'does not end with',
  matches: 'matches the pattern',
  not_matches: 'does not match the pattern',
  in: 'is one of',
  not_in: 'is none of',
  exists: 'exists',
  not_exists: 'does not exist',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
  is_true: 'is true',
  is_false: 'is false',
  before: 'is before',
  not_before: 'is at or after',
  after: 'is after',
  not_after: 'is at or before',
  length_eq: 'has the length',
  length_gt: 'is longer than',
  length_lt: 'is shorter than',
}
const lonely = new Set(['exists', 'not_exists', 'is_empty', 'is_not_empty', 'is_true', 'is_false'])

/** Comparisons, one card each: what, how, with what. */
export function ConditionsControl({ id, path, schema, value, onChange }: ControlProps) {
  const { root, isReadOnly, expressions } = useForm()
  const items = resolveSchema(schema.items ?? {}, root)
  const list = asList(value).map(asObject)
  const fresh = { left: expressions ? '=' : '', op: 'eq', right: '' }
  return (
    <div className={nested.stack}>
      {list.map((condition, index) => (
        <ConditionCard
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={index}
          id={`${id}-${index}`}
          path={`${path}.${index}`}
          number={index + 1}
          items={items}
          condition={condition}
          onChange={(next) => onChange(replaced(list, index, next))}
          onRemove={() => onChange(removed(list, index))}
        />
      ))}
      {!isReadOnly && (
        <Button
          size="small"
          variant="ghost"
          icon={<Plus />}
          className={nested.add}
          onClick={(event) => {
            onChange([...list, fresh])
            focusAdded(event.currentTarget)
          }}
        >
          Add condition
        </Button>
      )}
    </div>
  )
}

interface ConditionCardProps {
  id: string
  path: string
  number: number
  items: Schema
  condition: Readonly<Record<string, unknown>>
  onChange: (condition: Record<string, unknown>) => void
  onRemove: () => void
}

function ConditionCard({ id, path, number, items, condition, onChange, onRemove }: ConditionCardProps) {
  const { isReadOnly } = useForm()
  const problems = [
    useProblem(path),
    useProblem(`${path}.left`),
    useProblem(`${path}.right`),
    useProblem(`${path}.op`),
  ]
  const problem = problems.find(Boolean)
  const op = String(condition.op ?? 'eq')
  const known = (items.properties?.op?.enum ?? Object.keys(operatorWords)).map(String)
  const side = (name: 'left' | 'right', label: string) => (
    <CompactValue
      id={`${id}-${name}`}
      label={label}
      path={`${path}.${name}`}
      schema={{ ...items.properties?.[name], ui: { widget: 'expression', placeholder: 'value' } }}
      value={condition[name]}
      onChange={(next) => onChange({ ...condition, [name]: next })}
    />
  )
  return (
    <fieldset className={styles.condition}>
      <legend className="visually-hidden">{`Condition ${number}`}</legend>
      <div className={styles.fields}>
        {side('left', 'Value to look at')}
        <Select
          aria-label="Comparison"
          className={styles.operator}
          options={known.map((each) => ({ value: each, label: operatorWords[each] ?? each }))}
          value={op}
          disabled={isReadOnly}
          onChange={(event) => onChange({ ...condition, op: event.target.value })}
        />
        {!lonely.has(op) && side('right', 'Value to compare with')}
        {problem && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <IconButton
        label={`Remove condition ${number}`}
        icon={<Trash2 />}
        size="small"
        disabled={isReadOnly}
        onClick={onRemove}
      />
    </fieldset>
  )
}
