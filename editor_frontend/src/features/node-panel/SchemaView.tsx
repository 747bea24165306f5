import { useMemo } from 'react'
import { fieldExpression } from '@/forms/schema'
import { DragField } from './DragField'
import styles from './FieldsView.module.css'
import { inline } from './paths'
import { schemaOf } from './schema-of'
import type { Items } from './use-items'

interface SchemaViewProps {
  items: Items
  /** What an item is called in an expression. */
  start: string
  search: string
}

const mostSampled = 1000

/** What the items look like: fields, types, how many have them. */
export function SchemaView({ items, start, search }: SchemaViewProps) {
  const sample = useMemo(
    () =>
      Array.from({ length: Math.min(mostSampled, items.count) }, (_, place) => items.at(place)).filter(
        (item) => item !== undefined,
      ),
    [items],
  )
  const words = search.toLowerCase()
  const rows = useMemo(() => schemaOf(sample), [sample]).filter(
    ({ path, types }) => !words || `${path.join('.')} ${types}`.toLowerCase().includes(words),
  )
  if (rows.length === 0)
    return <p className={styles.none}>{words ? 'No field is called that.' : 'The items are empty.'}</p>
  return (
    <table className={styles.fields}>
      <caption className={styles.caption}>
        {items.count > sample.length
          ? `From the first ${sample.length.toLocaleString('en')} items`
          : 'From all items'}
      </caption>
      <thead>
        <tr>
          <th scope="col">field</th>
          <th scope="col">type</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ path, name, depth, types, count, of, example }) => (
          <tr key={path.join('\u0000')}>
            <td style={{ paddingLeft: `${4 + depth * 14}px` }}>
              <DragField expression={fieldExpression(path, start)} className={styles.name}>
                {name}
              </DragField>
            </td>
            <td className={styles.value} title={`For example ${inline(example, 300)}`}>
              {types}
              {count < of && (
                <span className={styles.branch}>{` · in ${Math.round((100 * count) / of)} %`}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
