import type { Json, JsonObject } from '@/api/types'
import styles from './ContextBlocks.module.css'
import { Prose } from './Prose'
import pane from './TaskPane.module.css'

const contentKeys = ['markdown', 'items', 'table', 'rows', 'fields', 'data', 'json', 'text']
const mostRows = 50

/** What one needs to know: titled blocks as they are, plain records gathered in one card. */
export function ContextBlocks({ context }: { context: readonly Json[] }) {
  const blocks = context.map(blockOf)
  const records = context.filter((_, index) => blocks[index] === null)
  return (
    <>
      {records.length > 0 && (
        <section className={pane.card}>
          <h3>Context</h3>
          <Value value={records.length === 1 ? (records[0] ?? null) : records} />
        </section>
      )}
      {blocks.map(
        (block, index) =>
          block && (
            // biome-ignore lint/suspicious/noArrayIndexKey: a task's context does not change
            <section key={index} className={pane.card}>
              <h3>{block.title}</h3>
              {block.isMarkdown ? <Prose text={String(block.value)} /> : <Value value={block.value} />}
            </section>
          ),
      )}
    </>
  )
}

interface ContextBlock {
  title: string
  value: Json
  isMarkdown: boolean
}

function blockOf(entry: Json): ContextBlock | null {
  if (!isRecord(entry)) return null
  const [content, ...others] = contentKeys.filter((key) => key in entry)
  const isBlock = content !== undefined && others.length === 0 && Object.keys(entry).length > 1
  const hasOnlyKnown = Object.keys(entry).every((key) => ['title', 'kind', 'type', content].includes(key))
  if (!isBlock || !hasOnlyKnown) return null
  const value = entry[content] ?? null
  return { title: String(entry.title ?? 'Context'), value, isMarkdown: content === 'markdown' }
}

function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Any JSON for reading: records as lines, lists of records as tables. */
export function Value({ value }: { value: Json }) {
  if (value === null || value === '') return <span className={styles.nothing}>–</span>
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'object') return <span className={styles.text}>{String(value)}</span>
  if (Array.isArray(value)) return <List value={value} />
  return (
    <dl className={styles.facts}>
      {Object.entries(value).map(([name, inner]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={inner} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** A record inside a table cell, in one line: "name: Ada, since: 2021". */
function flat(value: Json): Json {
  if (Array.isArray(value)) return value.map((each) => String(flat(each) ?? '–')).join('; ')
  if (!isRecord(value)) return value
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${String(flat(inner) ?? '–')}`)
    .join(', ')
}

function List({ value }: { value: Json[] }) {
  const [first] = value
  if (value.length === 1 && isRecord(first)) return <Value value={first} />
  const shown = value.slice(0, mostRows)
  const more = value.length > shown.length && (
    <p className={styles.nothing}>{`and ${value.length - shown.length} more`}</p>
  )
  if (!shown.every(isRecord)) {
    return (
      <>
        <ul className={styles.list}>
          {shown.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a task's context does not change
            <li key={index}>
              <Value value={each} />
            </li>
          ))}
        </ul>
        {more}
      </>
    )
  }
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))].slice(0, 12)
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a task's context does not change
            <tr key={index}>
              {columns.map((name) => (
                <td key={name}>
                  <Value value={flat(row[name] ?? null)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </div>
  )
}
