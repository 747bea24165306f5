import { Braces } from 'lucide-react'
import { classes } from '@/ui/classes'
import { IconButton } from '@/ui/IconButton'
import styles from './ExpressionToggle.module.css'
import { type ControlProps, useForm } from './form-context'
import { isExpression, startValue } from './schema'

interface ToggleProps extends Pick<ControlProps, 'label' | 'value' | 'schema' | 'onChange'> {
  isCompact?: boolean
}

/** Fixed | Expression. Switching keeps what can be kept. */
export function ExpressionToggle({ label, value, schema, onChange, isCompact }: ToggleProps) {
  const { expressions, isReadOnly, root } = useForm()
  if (!expressions) return null
  const isOn = isExpression(value)
  const toFixed = () => onChange(fixedFrom(value) ?? startValue(schema, root))
  const toExpression = () => onChange(expressionFrom(value))
  if (isCompact) {
    return (
      <IconButton
        label={isOn ? 'Use a fixed value' : 'Use an expression'}
        icon={<Braces />}
        size="small"
        aria-pressed={isOn}
        disabled={isReadOnly}
        className={classes(isOn && styles.on)}
        onClick={isOn ? toFixed : toExpression}
      />
    )
  }
  return (
    <fieldset className={styles.toggle} disabled={isReadOnly}>
      <legend className="visually-hidden">{`How ${label} is given`}</legend>
      <button
        type="button"
        data-quiet={!isOn || undefined}
        aria-pressed={!isOn}
        onClick={() => isOn && toFixed()}
      >
        Fixed
      </button>
      <button type="button" aria-pressed={isOn} onClick={() => !isOn && toExpression()}>
        Expression
      </button>
    </fieldset>
  )
}

function expressionFrom(value: unknown): string {
  if (value === undefined || value === null || value === '') return '='
  if (typeof value === 'string') return `=${value}`
  return `={{ ${JSON.stringify(value)} }}`
}

/** Plain text stays; a literal inside braces becomes its value; a real expression is lost (undo brings it back). */
function fixedFrom(value: unknown): unknown {
  const text = String(value).slice(1).trim()
  if (text === '') return undefined
  if (!text.includes('{{')) return text
  const literal = /^\{\{([\s\S]*)\}\}$/.exec(text)?.[1] ?? ''
  try {
    return JSON.parse(literal)
  } catch {
    return undefined
  }
}
