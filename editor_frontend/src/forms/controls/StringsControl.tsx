import { Plus, X } from 'lucide-react'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { ExpressionToggle } from '../ExpressionToggle'
import { focusAdded } from '../focus-added'
import { type ControlProps, useForm } from '../form-context'
import { resolveSchema } from '../schema'
import { ValueSlot } from '../ValueSlot'
import { asList, removed, replaced } from '../values'
import styles from './nested.module.css'

export function StringsControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { root, isReadOnly } = useForm()
  const items = resolveSchema(schema.items ?? {}, root)
  const list = asList(value)
  return (
    <div className={styles.stack}>
      {list.map((each, index) => {
        const props = {
          id: `${id}-${index}`,
          label: `${label} ${index + 1}`,
          path: `${path}.${index}`,
          schema: items,
          value: each,
          isRequired: true,
          onChange: (next: unknown) => onChange(replaced(list, index, next)),
        }
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: plain texts have nothing else to tell them by
          <div key={index} className={styles.row}>
            <div className={styles.grow}>
              <ValueSlot {...props} />
            </div>
            <ExpressionToggle {...props} isCompact />
            <IconButton
              label={`Remove ${label} ${index + 1}`}
              icon={<X />}
              size="small"
              disabled={isReadOnly}
              onClick={() => onChange(removed(list, index))}
            />
          </div>
        )
      })}
      {!isReadOnly && (
        <Button
          size="small"
          variant="ghost"
          icon={<Plus />}
          className={styles.add}
          aria-label={`Add to ${label}`}
          onClick={(event) => {
            onChange([...list, ''])
            focusAdded(event.currentTarget)
          }}
        >
          Add
        </Button>
      )}
    </div>
  )
}
