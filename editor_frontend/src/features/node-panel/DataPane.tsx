import { BookOpenText, Braces, CodeXml, List, Paperclip, Search, Shapes, Table2 } from 'lucide-react'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { errorText } from '@/api/client'
import { Input, Select } from '@/ui/Input'
import { Segmented } from '@/ui/Segmented'
import { Skeleton } from '@/ui/Skeleton'
import styles from './DataPane.module.css'
import type { DataSource } from './data-source'
import { FieldsView } from './FieldsView'
import { FilesView } from './FilesView'
import { ItemJson, type ItemRows, ItemTable } from './ItemTable'
import { type Hovered, placesText, useLineageStore } from './lineage'
import { PlaceStepper } from './PlaceStepper'
import { matches } from './paths'
import { SchemaView } from './SchemaView'
import { InertFrame, ReadText, TextView, textFields } from './TextView'
import { looksLikeHtml, looksLikeMarkdown } from './text-kinds'
import { type Items, itemsAtHand, useItems } from './use-items'

type View = 'table' | 'json' | 'schema' | 'fields' | 'html' | 'markdown' | 'files'

const views = [
  { value: 'table' as const, label: <Table2 aria-label="Table" />, title: 'Table' },
  { value: 'json' as const, label: <Braces aria-label="JSON" />, title: 'JSON' },
  { value: 'schema' as const, label: <Shapes aria-label="Schema" />, title: 'Schema of all items' },
  { value: 'fields' as const, label: <List aria-label="Fields" />, title: 'Fields of one item' },
]
const htmlView = { value: 'html' as const, label: <CodeXml aria-label="HTML" />, title: 'HTML as a page' }
const markdownView = {
  value: 'markdown' as const,
  label: <BookOpenText aria-label="Markdown" />,
  title: 'Markdown as it reads',
}
const filesView = { value: 'files' as const, label: <Paperclip aria-label="Files" />, title: 'Files' }

const viewsOfOne: ReadonlySet<View> = new Set(['fields', 'html', 'markdown'])

interface DataPaneProps {
  runId: string
  source: DataSource
  /** What items are called in an expression. */
  start: string
  /** Of the item that previews are made for; without `onCurrent` the pane keeps its own. */
  current?: number
  onCurrent?: (place: number) => void
  /** Which side of the open node's step it is: what belongs together is marked in both panes. */
  side?: Hovered['side']
  /** More selectors, at the start of the bar. */
  children?: ReactNode
}

/** Real items of one step: as a table, JSON, schema, fields, pages, prose or files; searchable, of any length. */
export function DataPane({ runId, source, start, current, onCurrent, side, children }: DataPaneProps) {
  const [wantedView, setView] = useState<View>('table')
  const [search, setSearch] = useState('')
  const [wantedPort, setPort] = useState<string | null>(null)
  const [range, setRange] = useState<readonly [number, number]>([0, 0])
  const [ownPlace, setOwnPlace] = useState<number | null>(null)
  const port = source.ports.find((each) => each.port === wantedPort) ?? fullest(source)
  const choose = onCurrent ?? setOwnPlace
  const place = Math.max(0, Math.min(current ?? ownPlace ?? 0, (port?.count ?? 1) - 1))
  const isOne = viewsOfOne.has(wantedView)
  const items = usePaneItems(runId, source, port, isOne ? [place, place] : range, search !== '')
  const rows = useRows(items, search)
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), [])
  const item = items.at(place)
  const offered = useOfferedViews(items)
  const view = offered.some(({ value }) => value === wantedView) ? wantedView : 'table'
  // Nothing is marked as chosen before somebody chose it.
  const shared = { rows, current: current === undefined && ownPlace === null ? -1 : place, onRange }
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
        <Segmented label="View" value={view} options={offered} onChange={setView} />
      </div>
      {items.error && <p className={styles.problem}>{errorText(items.error)}</p>}
      {items.isGone && <p className={styles.problem}>The data of this step was cleared away.</p>}
      {items.count === 0 && <p className={styles.note}>No items here.</p>}
      {items.isLoading && items.loaded === 0 && <Skeleton />}
      {items.count > 0 && view === 'table' && (
        <ItemTable
          {...shared}
          start={start}
          onCurrent={choose}
          side={side ?? null}
          before={side === 'in' ? itemsBefore(source, port) : 0}
        />
      )}
      {items.count > 0 && view === 'json' && <ItemJson {...shared} />}
      {items.count > 0 && view === 'schema' && (
        <div className={styles.fields}>
          <SchemaView items={items} start={start} search={search} />
        </div>
      )}
      {isOne && view !== 'table' && !onCurrent && items.count > 1 && (
        <PlaceStepper place={place} count={items.count} onChoose={choose} />
      )}
      {view === 'fields' && item && (
        <div className={styles.fields}>
          <FieldsView item={item} start={start} search={search} />
        </div>
      )}
      {view === 'html' && item && (
        <TextView
          item={item}
          holds={looksLikeHtml}
          kind="HTML"
          show={(html, name) => <InertFrame title={`${name} as a page`} html={html} />}
        />
      )}
      {view === 'markdown' && item && (
        <TextView
          item={item}
          holds={looksLikeMarkdown}
          kind="Markdown"
          show={(text) => <ReadText text={text} />}
        />
      )}
      {view === 'files' && <FilesView rows={rows} filesAt={items.files} />}
      {side === 'out' && items.count > 0 && (isOne || view === 'table') && (
        <OriginLine origins={view === 'table' ? null : items.origins(place)} />
      )}
    </div>
  )
}

function usePaneItems(
  runId: string,
  source: DataSource,
  port: DataSource['ports'][number] | undefined,
  range: readonly [number, number],
  wantsAll: boolean,
): Items {
  const wanted = useMemo(() => {
    const { step, side, isFinal, items } = source
    return port && !items ? { runId, step, side, isFinal, port: port.port, count: port.count } : null
  }, [runId, source, port])
  const fetched = useItems(wanted, range[0], range[1], wantsAll)
  const atHand = useMemo(
    () => (source.items && port ? itemsAtHand(source.items[port.port] ?? []) : null),
    [source, port],
  )
  return atHand ?? fetched
}

const sampled = 20

/** A view of pages, prose or files only where there are any. */
function useOfferedViews(items: Items) {
  return useMemo(() => {
    const sample = Array.from({ length: Math.min(sampled, items.count) }, (_, place) => items.at(place))
    const has = (kind: (text: string) => boolean) =>
      sample.some((item) => item && textFields(item, kind).length > 0)
    return [
      ...views,
      ...(has(looksLikeHtml) ? [htmlView] : []),
      ...(has(looksLikeMarkdown) ? [markdownView] : []),
      ...(items.hasFiles ? [filesView] : []),
    ]
  }, [items])
}

/** Input items have one numbering over all ports. */
function itemsBefore(source: DataSource, port: DataSource['ports'][number] | undefined): number {
  const index = port ? source.ports.indexOf(port) : 0
  return source.ports.slice(0, index).reduce((sum, { count }) => sum + count, 0)
}

/** Where the item under the pointer, or the one that is shown, came from. */
function OriginLine({ origins }: { origins: readonly number[] | null }) {
  const hovered = useStore(useLineageStore(), (state) => state.hovered)
  const own = hovered?.side === 'out' ? hovered.origins : origins
  return (
    <p className={styles.origin}>
      {own === null && 'Point at an item to see where it came from.'}
      {own?.length === 0 && 'It came from no input item.'}
      {Boolean(own?.length) && own && `It came from input ${placesText(own)}.`}
    </p>
  )
}

function fullest(source: DataSource): DataSource['ports'][number] | undefined {
  return source.ports.find(({ count }) => count > 0) ?? source.ports[0]
}

function useRows(items: Items, search: string): ItemRows {
  return useMemo(() => {
    if (!search) return { count: items.count, item: items.at, place: (row) => row, origins: items.origins }
    const found: number[] = []
    for (let place = 0; place < items.count; place += 1) {
      const item = items.at(place)
      if (item && matches(item, search)) found.push(place)
    }
    return {
      count: found.length,
      item: (row) => items.at(found[row] ?? -1),
      place: (row) => found[row] ?? -1,
      origins: (row) => items.origins(found[row] ?? -1),
    }
  }, [items, search])
}

function countText(items: Items, rows: ItemRows, search: string): string {
  const all = items.count === 1 ? '1 item' : `${items.count.toLocaleString('en')} items`
  if (!search) return all
  const searched = items.isLoading ? ` · searching, ${Math.round((100 * items.loaded) / items.count)} %` : ''
  return `${rows.count.toLocaleString('en')} of ${all}${searched}`
}
