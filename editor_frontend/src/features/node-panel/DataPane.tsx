import { Braces, List, Search, Table2 } from 'lucide-react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { errorText } from '@/api/client'
import { Input, Select } from '@/ui/Input'
import { Segmented } from '@/ui/Segmented'
import { Skeleton } from '@/ui/Skeleton'
import styles from './DataPane.module.css'
import type { DataSource } from './data-source'
import { FieldsView } from './FieldsView'
import { ItemJson, type ItemRows, ItemTable } from './ItemTable'
import { matches } from './paths'
import { type Items, useItems } from './use-items'

type View = 'table' | 'json' | 'fields'

const views = [
  { value: 'table' as const, label: <Table2 aria-label="Table" />, title: 'Table' },
  { value: 'json' as const, label: <Braces aria-label="JSON" />, title: 'JSON' },
  { value: 'fields' as const, label: <List aria-label="Fields" />, title: 'Fields of one item' },
]

interface DataPaneProps {
  runId: string
  source: DataSource
  /** What items are called in an expression. */
  start: string
  current: number
  onCurrent?: (place: number) => void
  /** More selectors, at the start of the bar. */
  children?: ReactNode
}

/** Real items of one step: table, JSON or fields, searchable, of any length. */
export function DataPane({ runId, source, start, current, onCurrent, children }: DataPaneProps) {
  const [view, setView] = useState<View>('table')
  const [search, setSearch] = useState('')
  const [wantedPort, setPort] = useState<string | null>(null)
  const [range, setRange] = useState<readonly [number, number]>([0, 0])
  const port = source.ports.find((each) => each.port === wantedPort) ?? fullest(source)
  const wanted = useMemo(() => {
    const { step, side, isFinal } = source
    return port ? { runId, step, side, isFinal, port: port.port, count: port.count } : null
  }, [runId, source, port])
  const items = useItems(
    wanted,
    view === 'fields' ? current : range[0],
    view === 'fields' ? current : range[1],
    search !== '',
  )
  const rows = useRows(items, search)
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), [])
  const item = items.at(Math.min(current, Math.max(0, items.count - 1)))
  return (
    <div className={styles.pane}>
      <div className={styles.bar}>
        {children}
        {source.ports.length > 1 && (
          <Select
            aria-label="Port"
            className={styles.select}
            options={source.ports.map((each) => ({
              value: each.port,
              label: `${each.port} (${each.count})`,
            }))}
            value={port?.port}
            onChange={(event) => setPort(event.target.value)}
          />
        )}
        <span className={styles.count}>{countText(items, rows, search)}</span>
        <span className={styles.search}>
          <Search aria-hidden="true" />
          <Input
            type="search"
            aria-label="Search the data"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </span>
        <Segmented label="View" value={view} options={views} onChange={setView} />
      </div>
      {items.error && <p className={styles.problem}>{errorText(items.error)}</p>}
      {items.isGone && <p className={styles.problem}>The data of this step was cleared away.</p>}
      {items.count === 0 && <p className={styles.note}>No items here.</p>}
      {items.isLoading && items.loaded === 0 && <Skeleton />}
      {items.count > 0 && view === 'table' && (
        <ItemTable rows={rows} start={start} current={current} onCurrent={onCurrent} onRange={onRange} />
      )}
      {items.count > 0 && view === 'json' && <ItemJson rows={rows} current={current} onRange={onRange} />}
      {view === 'fields' && item && (
        <div className={styles.fields}>
          <FieldsView item={item} start={start} search={search} />
        </div>
      )}
    </div>
  )
}

function fullest(source: DataSource): DataSource['ports'][number] | undefined {
  return source.ports.find(({ count }) => count > 0) ?? source.ports[0]
}

function useRows(items: Items, search: string): ItemRows {
  return useMemo(() => {
    if (!search) return { count: items.count, item: items.at, place: (row) => row }
    const found: number[] = []
    for (let place = 0; place < items.count; place += 1) {
      const item = items.at(place)
      if (item && matches(item, search)) found.push(place)
    }
    return {
      count: found.length,
      item: (row) => items.at(found[row] ?? -1),
      place: (row) => found[row] ?? -1,
    }
  }, [items, search])
}

function countText(items: Items, rows: ItemRows, search: string): string {
  const all = items.count === 1 ? '1 item' : `${items.count.toLocaleString('en')} items`
  if (!search) return all
  const searched = items.isLoading ? ` · searching, ${Math.round((100 * items.loaded) / items.count)} %` : ''
  return `${rows.count.toLocaleString('en')} of ${all}${searched}`
}
