import { Plus } from 'lucide-react'
import { Button } from '@/ui/Button'
import { focusAdded } from '../focus-added'
import { type ControlProps, useForm } from '../form-context'
import { resolveSchema, startValue } from '../schema'
import { asList, asObject, moved, removed, replaced } from '../values'
import { NamedValueRow } from './NamedValueRow'
import styles from './nested.module.css'
import { RecordCard } from './RecordCard'

/** A list of records: rows when each is a name and a value, cards otherwise. */
export function ObjectsControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { root, isReadOnly } = useForm()
  const items = resolveSchema(schema.items ?? {}, root)
  const list = asList(value).map(asObject)
  const one = label.endsWith('s') ? label.slice(0, -1) : label
  const isNamedValues = /^name,value(,type)?$/.test(Object.keys(items.properties ?? {}).join())
  return (
    <div className={styles.stack}>
      {list.map((record, index) => {
        const shared = {
          // Records have no identity but their place.
          key: index,
          id: `${id}-${index}`,
          path: `${path}.${index}`,
          schema: items,
          record,
          onChange: (next: Record<string, unknown>) => onChange(replaced(list, index, next)),
          onRemove: () => onChange(removed(list, index)),
        }
        const { key, ...row } = shared
        return isNamedValues ? (
          <NamedValueRow key={key} {...row} />
        ) : (
          <RecordCard
            key={key}
            {...row}
            title={`${one} ${index + 1}`}
            isFirst={index === 0}
            isLast={index === list.length - 1}
            onMove={(step) => onChange(moved(list, index, index + step))}
          />
        )
      })}
      {!isReadOnly && (
        <Button
          size="small"
          variant="ghost"
          icon={<Plus />}
          className={styles.add}
          disabled={schema.maxItems !== undefined && list.length >= schema.maxItems}
          onClick={(event) => {
            onChange([...list, startValue(items, root)])
            focusAdded(event.currentTarget)
          }}
        >
          {`Add ${one.toLowerCase()}`}
        </Button>
      )}
    </div>
  )
}
