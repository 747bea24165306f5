import { useQuery } from '@tanstack/react-query'
import { ArrowUpFromLine, Clock, Pencil, Pin, PinOff, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { stepQuery } from '@/api/runs'
import type { JsonObject } from '@/api/types'
import { asList, asObject } from '@/forms/values'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { TimeAgo } from '@/ui/TimeAgo'
import { DataPane } from './DataPane'
import { pinnedSource } from './data-source'
import styles from './OutputPane.module.css'
import { RunHereButton, StepSelect } from './PaneControls'
import type { NodePanelProps } from './panel-types'
import { StepExtras } from './StepExtras'
import type { PanelData } from './use-panel-data'

/** What the step gave: items, or why there are none. */
export function OutputPane({ props, data }: { props: NodePanelProps; data: PanelData }) {
  const { node, document, runId, runState } = props
  const pins = asObject(document.pins[node.id])
  const isPinned = Object.keys(pins).length > 0
  const run = runState.nodes[node.id]
  const { output, step } = data
  const hasItems = output?.ports.some(({ count }) => count > 0) ?? false
  return (
    <div className={styles.pane}>
      {isPinned && <PinnedNote props={props} pins={pins} />}
      {run?.status === 'skipped' && (
        <p className={styles.notice}>
          <strong>Skipped.</strong> {run.skippedReason}
        </p>
      )}
      {run?.waiting && (
        <p className={styles.waiting}>
          <Clock aria-hidden="true" />
          <span>
            {run.waiting.reason}
            {run.waiting.until ? (
              <>
                {' '}
                · due <TimeAgo at={run.waiting.until} />
              </>
            ) : null}
          </span>
        </p>
      )}
      {step?.error && (
        <div className={styles.error} role="alert">
          <TriangleAlert aria-hidden="true" />
          <div>
            <strong>{step.error.message}</strong>
            {step.error.hint && <p>{step.error.hint}</p>}
            <code>{step.error.code}</code>
          </div>
        </div>
      )}
      {run?.text && <pre className={styles.speaking}>{run.text}</pre>}
      {runId && output && hasItems ? (
        <DataPane
          key={output.step}
          runId={runId}
          source={output}
          start="$json"
          side={props.nodeType?.is_trigger ? undefined : 'out'}
        >
          <StepSelect data={data} />
          <PinButton props={props} data={data} isPinned={isPinned} />
        </DataPane>
      ) : isPinned ? (
        <PinnedPane pins={pins} />
      ) : (
        !run?.waiting && !step?.error && !run?.text && <NoOutput props={props} status={run?.status} />
      )}
      {runId && step && <StepExtras runId={runId} step={step} />}
    </div>
  )
}

function NoOutput({ props, status }: { props: NodePanelProps; status: string | undefined }) {
  if (status === 'running') return <p className={styles.notice}>Working…</p>
  if (status === 'succeeded') return <p className={styles.notice}>This step gave no items.</p>
  if (status === 'skipped') return null
  return (
    <EmptyState icon={<ArrowUpFromLine />} title="No output yet" action={<RunHereButton props={props} />}>
      What this node gives is shown here after a run: as a table, as JSON, field by field, as files.
      {props.onPinChange && !props.readOnly && (
        <span className={styles.byHand}>
          <EditPins props={props} items={[]} label="Write it by hand" />
        </span>
      )}
    </EmptyState>
  )
}

function PinnedNote({ props, pins }: { props: NodePanelProps; pins: Record<string, unknown> }) {
  const count = Object.values(pins).reduce<number>((sum, items) => sum + asList(items).length, 0)
  return (
    <p className={styles.pinned}>
      <Pin aria-hidden="true" />
      <span>
        {`${count === 1 ? '1 item is' : `${count} items are`} pinned: runs from the editor use them and do not call this node.`}
      </span>
      {props.onPinChange && !props.readOnly && (
        <>
          <EditPins props={props} items={asList(Object.values(pins)[0])} label="Edit" />
          <Button size="small" icon={<PinOff />} onClick={() => props.onPinChange?.(null)}>
            Unpin
          </Button>
        </>
      )}
    </p>
  )
}

/** Memoised, as its source is what the pane starts over with. */
function PinnedPane({ pins }: { pins: Record<string, unknown> }) {
  const source = useMemo(() => pinnedSource(pins), [pins])
  return <DataPane runId="" source={source} start="$json" />
}

const PinEditor = lazy(async () => ({ default: (await import('./PinEditor')).PinEditor }))

function EditPins({ props, items, label }: { props: NodePanelProps; items: unknown[]; label: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="small" icon={<Pencil />} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <PinEditor
            items={items}
            onClose={() => setOpen(false)}
            onSave={(changed) => props.onPinChange?.({ main: changed })}
          />
        </Suspense>
      )}
    </>
  )
}

const mostPinned = 1000

function PinButton({ props, data, isPinned }: { props: NodePanelProps; data: PanelData; isPinned: boolean }) {
  const { runId, onPinChange, readOnly } = props
  const { output } = data
  const count = output?.ports.reduce((most, port) => Math.max(most, port.count), 0) ?? 0
  const detail = useQuery({
    ...stepQuery(runId ?? '', output?.step ?? '', { side: 'out', limit: mostPinned }, true),
    enabled: false,
  })
  if (!onPinChange || readOnly || isPinned || !output?.isFinal || count > mostPinned) return null
  const pin = async () => {
    const { data: fetched } = await detail.refetch()
    if (!fetched) return
    const items = Object.entries(fetched.outputs).map(([port, sent]): [string, JsonObject[]] => [
      port,
      sent.items,
    ])
    onPinChange(Object.fromEntries(items))
  }
  return (
    <Button size="small" variant="ghost" icon={<Pin />} onClick={() => void pin()}>
      Pin
    </Button>
  )
}
