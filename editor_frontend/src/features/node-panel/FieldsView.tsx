import type { JsonObject } from '@/api/types'
import { fieldExpression } from '@/forms/schema'
import { DragField } from './DragField'
import styles from './FieldsView.module.css'
import { fieldsOf, inline, typeWord } from './paths'

interface FieldsViewProps {
  item: JsonObject
  /** What the item is called in an expression: `$json`, or `$('Node').item.json`. */
  start: string
  search?: string
}

/** One item, field by field. */
export function FieldsView({ item, start, search = '' }: FieldsViewProps) {
  const words = search.toLowerCase()
  const rows = fieldsOf(item).filter(
    (row) =>
      !words ||
      row.path.join('.').toLowerCase().includes(words) ||
      inline(row.value).toLowerCase().includes(words),
  )
  if (rows.length === 0)
    return <p className={styles.none}>{words ? 'No field says that.' : 'This item is empty.'}</p>
  return (
    <table className={styles.fields}>
      <thead>
        <tr>
          <th scope="col">field</th>
          <th scope="col">value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, name, depth, value }) => {
          const isBranch = typeof value === 'object' && value !== null
          return (
            <tr key={path.join('\u0000')}>
              <td style={{ paddingLeft: `${4 + depth * 14}px` }}>
                <DragField expression={fieldExpression(path, start)} className={styles.name}>
                  {name}
                </DragField>
              </td>
              <td className={isBranch ? styles.branch : styles.value}>
                {isBranch ? typeWord(value) : inline(value, 160)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
