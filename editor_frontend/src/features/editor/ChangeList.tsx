import { Minus, Pencil, Plus } from 'lucide-react'
import type { ElementChange, FieldChange, Mark } from '@/graph/compare'
import styles from './history.module.css'

const icons: Record<Mark, typeof Plus> = { added: Plus, removed: Minus, changed: Pencil }

/** Every change by name; a click leads to its node. Words, sign and colour say what happened. */
export function ChangeList({
  changes,
  moved,
  onShow,
}: {
  changes: readonly ElementChange[]
  moved: number
  onShow: (nodeId: string) => void
}) {
  if (changes.length === 0 && moved === 0) return <p className={styles.none}>They are the same.</p>
  return (
    <ul className={styles.changes} aria-label="Changes">
      {changes.map((change) => {
        const Icon = icons[change.mark]
        return (
          <li key={`${change.kind} ${change.id}`} data-mark={change.mark}>
            <button type="button" disabled={change.kind !== 'node'} onClick={() => onShow(change.id)}>
              <Icon aria-hidden="true" />
              <strong>{change.title}</strong>
              <span className={styles.mark}>
                {change.kind === 'node' ? '' : `${change.kind} `}
                {change.mark}
              </span>
            </button>
            {change.fields.map((field) => (
              <Field key={field.path} field={field} />
            ))}
          </li>
        )
      })}
      {moved > 0 && (
        <li className={styles.moved}>{moved === 1 ? '1 node' : `${moved} nodes`} moved on the canvas</li>
      )}
    </ul>
  )
}

function Field({ field }: { field: FieldChange }) {
  return (
    <div className={styles.field}>
      <code>{field.path.replace(/^params\./, '')}</code>
      <div className={styles.sides}>
        <Value label="Before" value={field.before} kind="before" />
        <Value label="After" value={field.after} kind="after" />
      </div>
    </div>
  )
}

function Value({ label, value, kind }: { label: string; value: unknown; kind: string }) {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 1)
  return (
    <pre data-kind={kind}>
      <span className="visually-hidden">{label}: </span>
      {text || <i>nothing</i>}
    </pre>
  )
}
