import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { stepQuery } from '@/api/runs'
import type { JsonObject } from '@/api/types'
import { edgeKey, findNode } from '@/graph/document'
import { classes } from '@/ui/classes'
import { useRunView, useWorkflow } from './canvas-context'
import styles from './FlowEdge.module.css'

const pauseMs = 250
const shownItems = 3
const longest = 600

/** The first items that crossed an edge in the run on the canvas, after a moment on its label. */
export function EdgePreview({ edge: id }: { edge: string }) {
  const isDue = useDue(pauseMs)
  return isDue ? <Preview edge={id} /> : null
}

function Preview({ edge: id }: { edge: string }) {
  const edge = useWorkflow((state) => state.document.edges.find((known) => edgeKey(known) === id))
  const name = useWorkflow((state) => (edge ? findNode(state.document, edge.source)?.name : '') ?? '')
  const runId = useRunView((view) => view.runId)
  const step = useRunView((view) => (edge ? view.nodes[edge.source]?.step : null))
  const detail = useQuery({
    ...stepQuery(runId ?? '', step ?? '', { side: 'out', port: edge?.output ?? '', limit: shownItems }),
    enabled: runId !== null && Boolean(step) && edge !== undefined,
    staleTime: 5000,
  })
  const sent = edge && detail.data?.outputs[edge.output]
  return (
    <div role="tooltip" className={classes(styles.preview, 'nowheel', 'nopan')}>
      <p className={styles.previewHead}>
        {sent ? `${sent.count} ${sent.count === 1 ? 'item' : 'items'} from ${name}` : `from ${name}`}
        {edge && edge.output !== 'main' && `, ${edge.output}`}
      </p>
      {detail.isPending && <p className={styles.previewNote}>Fetching …</p>}
      {detail.isError && <p className={styles.previewNote}>The data could not be fetched.</p>}
      {sent?.is_gone && <p className={styles.previewNote}>The data was cleared away.</p>}
      {sent?.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items have no other name
        <pre key={index}>{shortJson(item)}</pre>
      ))}
      {sent && sent.count > sent.items.length && !sent.is_gone && (
        <p className={styles.previewNote}>and {sent.count - sent.items.length} more</p>
      )}
    </div>
  )
}

function shortJson(item: JsonObject): string {
  const text = JSON.stringify(item, null, 2)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function useDue(ms: number): boolean {
  const [isDue, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return isDue
}
