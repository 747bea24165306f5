import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { FieldProblem } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { FieldGroup } from '../FieldGroup'
import { useForm, useProblem } from '../form-context'
import { RichText } from '../RichText'
import type { Schema } from '../schema'
import { asObject } from '../values'
import styles from './nested.module.css'
import { UnionControl } from './UnionControl'

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
  const problem = useProblem(path)
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.cardTop}>
        <strong className={styles.cardTitle}>{title}</strong>
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
      {schema.oneOf ? (
        <UnionControl
          id={id}
          label={`What ${title.toLowerCase()} is about`}
          path={path}
          schema={schema}
          value={record}
          onChange={(next) => onChange(asObject(next))}
          isRequired
        />
      ) : (
        <FieldGroup schema={schema} value={record} onChange={onChange} path={path} id={id} />
      )}
      {problem && (
        <FieldProblem>
          <RichText text={problem} />
        </FieldProblem>
      )}
    </section>
  )
}
