import { ArrowLeft } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { NodeTypes } from '@/api/node-types'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunDetail } from '@/api/types'
import { Canvas } from '@/features/canvas/Canvas'
import { type CanvasHost, CanvasProvider } from '@/features/canvas/canvas-context'
import { createFactsStore } from '@/features/canvas/facts'
import { createRunViewStore } from '@/features/canvas/run-view'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import editorStyles from '@/features/editor/editor.module.css'
import { CompareList } from '@/features/replay/CompareList'
import styles from '@/features/replay/compare.module.css'
import { compareRuns, marksOf } from '@/features/replay/compare-runs'
import { compareDocuments } from '@/graph/compare'
import { completeDocument } from '@/graph/document'
import { nodeLibrary } from '@/graph/node-type'
import { createWorkflowStore } from '@/graph/workflow-store'
import { Segmented } from '@/ui/Segmented'
import { StatusText } from '@/ui/StatusPill'
import { clockTime, dateTime } from '@/ui/time'
import { showToast } from '@/ui/toast-store'
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
  const [store] = useState(() =>
    createWorkflowStore({ id: `compared ${before.id} ${after.id}`, document: union, revision: 0 }),
  )
  const [runView] = useState(createRunViewStore)
  const [facts] = useState(() => createFactsStore(union))
  const library = useMemo(() => nodeLibrary(types.node_types), [types])
  const groups = useMemo(() => new Map(types.groups.map((group) => [group.key, group])), [types])
  const run = shown === 'after' ? after : before
  useEffect(() => {
    const { nodes, edges } = states[shown]
    runView.setState({ runId: run.id, nodes, edges })
  }, [run.id, shown, states, runView])
  const host = useMemo<CanvasHost>(
    () => ({ openNode: setChosen, openPalette: () => undefined, notify: (text) => showToast(text) }),
    [],
  )
  return (
    <CanvasProvider
      store={store}
      runView={runView}
      library={library}
      groups={groups}
      facts={facts}
      isReadOnly
      marks={marks}
      host={host}
    >
      <main className={editorStyles.page} aria-label="Two runs compared">
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
    </CanvasProvider>
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
