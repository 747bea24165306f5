import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { FieldGroup } from '../FieldGroup'
import { useForm } from '../form-context'
import type { Schema } from '../schema'
import styles from './nested.module.css'

interface RecordCardProps {
  id: string
  path: string
  title: string
  schema: Schema
  record: Readonly<Record<string, unknown>>
  isFirst: boolean
  isLast: boolean
  onChange: (record: Record<string, unknown>) => void
  onMove: (step: 1 | -1) => void
  onRemove: () => void
}

export function RecordCard(props: RecordCardProps) {
  const { id, path, title, schema, record, isFirst, isLast, onChange, onMove, onRemove } = props
  const { isReadOnly } = useForm()
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.cardTop}>
        <h4 className={styles.cardTitle}>{title}</h4>
        {!isReadOnly && (
          <>
            <IconButton
              label="Move up"
              icon={<ArrowUp />}
              size="small"
              disabled={isFirst}
              onClick={() => onMove(-1)}
            />
            <IconButton
              label="Move down"
              icon={<ArrowDown />}
              size="small"
              disabled={isLast}
              onClick={() => onMove(1)}
            />
            <IconButton
              label={`Remove ${title.toLowerCase()}`}
              icon={<Trash2 />}
              size="small"
              onClick={onRemove}
            />
          </>
        )}
      </div>
      <FieldGroup schema={schema} value={record} onChange={onChange} path={path} id={id} />
    </section>
  )
}
