import { ArrowLeft } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { NodeTypes } from '@/api/node-types'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunDetail } from '@/api/types'
import { Canvas } from '@/features/canvas/Canvas'
import { StillCanvas } from '@/features/canvas/StillCanvas'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import { useNodeKinds } from '@/features/canvas/use-node-kinds'
import editorStyles from '@/features/editor/editor.module.css'
import { CompareList } from '@/features/replay/CompareList'
import styles from '@/features/replay/compare.module.css'
import { compareRuns, marksOf } from '@/features/replay/compare-runs'
import { compareDocuments } from '@/graph/compare'
import { completeDocument } from '@/graph/document'
import { Segmented } from '@/ui/Segmented'
import { StatusText } from '@/ui/StatusPill'
import { clockTime, dateTime } from '@/ui/time'
import { useShowNode } from '../editor/use-view'

interface ComparingProps {
  /** The earlier run. */
  before: RunDetail
  after: RunDetail
  types: NodeTypes
}

/** Two runs of one workflow on one canvas: what went another way, and the data of it. */
export function Comparing({ before, after, types }: ComparingProps) {
  const [shown, setShown] = useState<'before' | 'after'>('after')
  const [chosen, setChosen] = useState<string | null>(null)
  const union = useMemo(
    () => compareDocuments(completeDocument(before.document), completeDocument(after.document)).union,
    [before, after],
  )
  const states = useMemo(
    () => ({
      before: foldEvents(emptyRunState, before.events),
      after: foldEvents(emptyRunState, after.events),
    }),
    [before, after],
  )
  const rows = useMemo(() => compareRuns(union, states.before, states.after), [union, states])
  const marks = useMemo(() => marksOf(rows), [rows])
  const kinds = useNodeKinds(types)
  const run = shown === 'after' ? after : before
  const onCanvas = useMemo(() => {
    const { nodes, edges } = states[shown]
    return { runId: run.id, nodes, edges }
  }, [run.id, shown, states])
  return (
    <StillCanvas
      id={`compared ${before.id} ${after.id}`}
      document={union}
      kinds={kinds}
      marks={marks}
      run={onCanvas}
      onOpen={setChosen}
    >
      <main className={editorStyles.page} aria-label="Two runs compared">
        <h1 className="visually-hidden">{`Two runs of ${after.workflow_name}`}</h1>
        <header className={editorStyles.topBar}>
          <Link to={`/runs?workflow=${after.workflow_id}`} className={editorStyles.back}>
            <ArrowLeft aria-hidden="true" />
            <strong>{after.workflow_name}</strong>
          </Link>
          <span className={styles.pair}>
            <RunLink run={before} /> → <RunLink run={after} />
          </span>
          <span className={editorStyles.spacer} />
          <Segmented
            label="Which run is on the canvas"
            value={shown}
            onChange={setShown}
            options={[
              { value: 'before', label: 'Earlier' },
              { value: 'after', label: 'Later' },
            ]}
          />
        </header>
        <div className={styles.columns}>
          <div className={styles.canvas}>
            <Looked />
          </div>
          <Listed before={before.id} after={after.id} rows={rows} chosen={chosen} onChoose={setChosen} />
        </div>
      </main>
    </StillCanvas>
  )
}

function Looked() {
  return <Canvas actions={useCanvasActions()} />
}

function Listed(props: Parameters<typeof CompareList>[0]) {
  const showNode = useShowNode()
  const choose = (node: string | null) => {
    if (node) showNode(node)
    props.onChoose(node)
  }
  return <CompareList {...props} onChoose={choose} />
}

function RunLink({ run }: { run: RunDetail }) {
  return (
    <Link to={`/runs/${run.id}`} title={`${dateTime(run.created_at)} · ${run.mode}`}>
      <StatusText status={run.status}>{clockTime(run.created_at)}</StatusText>
    </Link>
  )
}
