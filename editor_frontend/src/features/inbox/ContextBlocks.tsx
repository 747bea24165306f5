import { FileText } from 'lucide-react'
import { apiRoot } from '@/api/client'
import type { Json, JsonObject } from '@/api/types'
import { humanize } from '@/forms/schema'
import { Prose } from '@/ui/Prose'
import styles from './ContextBlocks.module.css'
import { Diff } from './Diff'
import { asText } from './proposal'
import pane from './TaskPane.module.css'

const contentKeys = [
  'markdown',
  'items',
  'table',
  'rows',
  'fields',
  'data',
  'json',
  'text',
  'files',
  'before',
]
const foldedFrom = 6
const mostRows = 50

/** What one needs to know: titled blocks as they are, plain records gathered in one card. */
export function ContextBlocks({ context }: { context: readonly Json[] }) {
  const blocks = context.map(blockOf)
  const records = context.filter((entry, index) => blocks[index] === null && !isEmpty(entry))
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
              <Content block={block} />
            </section>
          ),
      )}
    </>
  )
}

interface ContextBlock {
  title: string
  key: string
  value: Json
  /** Beside `before`: what it became. */
  after: Json
}

function blockOf(entry: Json): ContextBlock | null {
  if (!isRecord(entry)) return null
  const [content, ...others] = contentKeys.filter((key) => key in entry)
  const isBlock = content !== undefined && others.length === 0 && Object.keys(entry).length > 1
  const known = ['title', 'kind', 'type', content, ...(content === 'before' ? ['after'] : [])]
  const isRight = content !== 'before' || 'after' in entry
  if (!isBlock || !isRight || !Object.keys(entry).every((key) => known.includes(key))) return null
  const value = entry[content] ?? null
  return { title: String(entry.title ?? 'Context'), key: content, value, after: entry.after ?? null }
}

function Content({ block }: { block: ContextBlock }) {
  if (block.key === 'markdown') return <Prose text={String(block.value)} />
  if (block.key === 'before') return <Diff before={asText(block.value)} after={asText(block.after)} />
  if (block.key === 'files' && Array.isArray(block.value)) return <Files files={block.value} />
  return <Value value={block.value} />
}

function Files({ files }: { files: Json[] }) {
  return (
    <ul className={styles.files}>
      {files.filter(isRecord).map((file) => {
        const name = String(file.name ?? 'file')
        const about = new URLSearchParams({ name, type: String(file.mime_type ?? '') })
        return (
          <li key={String(file.hash)}>
            <FileText aria-hidden="true" />
            <a
              href={`${apiRoot}/files/${encodeURIComponent(String(file.hash))}?${about}&inline=true`}
              target="_blank"
              rel="noreferrer"
            >
              {name}
            </a>
            <span className={styles.nothing}>{sizeOf(Number(file.size ?? 0))}</span>
          </li>
        )
      })}
    </ul>
  )
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** An item without fields tells nothing. */
function isEmpty(entry: Json): boolean {
  return isRecord(entry) && Object.keys(entry).length === 0
}

function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Any JSON for reading: records as lines, lists of records as tables. */
export function Value({ value, isInner = false }: { value: Json; isInner?: boolean }) {
  if (value === null || value === '') return <Nothing />
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' && /^https?:\/\/[^\s<>"']+$/.test(value)) {
    return (
      <a href={value} className={styles.text} target="_blank" rel="noreferrer noopener nofollow">
        {value}
      </a>
    )
  }
  if (typeof value !== 'object') return <span className={styles.text}>{String(value)}</span>
  if (Array.isArray(value)) return value.length > 0 ? <List value={value} /> : <Nothing />
  return <Record record={value} isInner={isInner} />
}

function Nothing() {
  return <span className={styles.nothing}>–</span>
}

/** A long record within another, such as the headers of a request, is folded. */
function Record({ record, isInner }: { record: JsonObject; isInner: boolean }) {
  const entries = Object.entries(record)
  if (entries.length === 0) return <Nothing />
  const facts = (
    <dl className={styles.facts}>
      {entries.map(([name, inner]) => (
        <div key={name}>
          <dt title={name}>{humanize(name)}</dt>
          <dd>
            <Value value={inner} isInner />
          </dd>
        </div>
      ))}
    </dl>
  )
  if (!isInner || entries.length <= foldedFrom) return facts
  return (
    <details>
      <summary>{`${entries.length} fields`}</summary>
      {facts}
    </details>
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
              <th key={name} scope="col" title={name}>
                {humanize(name)}
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
