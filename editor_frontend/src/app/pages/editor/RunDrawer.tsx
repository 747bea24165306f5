import { ChevronDown, ChevronUp, ExternalLink, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import { useStore } from 'zustand'
import { useRunEvents } from '@/api/live'
import { isFinal } from '@/api/run-state'
import { useCancelRun } from '@/api/runs'
import styles from '@/features/editor/editor.module.css'
import type { WorkflowStore } from '@/graph/workflow-store'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { StatusPill } from '@/ui/StatusPill'
import { Switch } from '@/ui/Switch'
import { clockTime, duration } from '@/ui/time'
import type { FollowedRun } from './use-followed-run'

// The canvas opens without it: it is there when the first run is.
const waterfall = () => import('@/features/replay/Waterfall')
const Waterfall = lazy(async () => ({ default: (await waterfall()).Waterfall }))
const WaterfallLegend = lazy(async () => ({ default: (await waterfall()).WaterfallLegend }))

interface RunDrawerProps {
  store: WorkflowStore
  followed: FollowedRun
  nameOf: (nodeId: string) => string
  onSelect: (nodeId: string) => void
}

/** The followed run under the canvas: how it stands and where its time went. */
export function RunDrawer({ store, followed, nameOf, onSelect }: RunDrawerProps) {
  const { runId, isFollowing, setFollowing, show } = followed
  const [isOpen, setOpen] = useState(true)
  const { run, state } = useRunEvents(runId)
  const selected = useStore(store, ({ selection }) => [...selection.elements][0] ?? null)
  const cancel = useCancelRun()
  const follow = (
    <label className={styles.follow} htmlFor="follow-runs">
      <Switch id="follow-runs" isOn={isFollowing} onChange={setFollowing} />
      Follow new runs
    </label>
  )
  if (!runId) {
    return (
      <section className={styles.drawer} aria-label="Run">
        <div className={styles.drawerHead}>
          <span className={styles.quiet}>
            No run yet. Press Run, or let a trigger start one: it plays on the canvas.
          </span>
          <span className={styles.spacer} />
          {follow}
        </div>
      </section>
    )
  }
  const waiting = Object.values(state.nodes).find((node) => node.status === 'paused')?.waiting
  const took =
    state.finishedAt && state.queuedAt ? ` · took ${duration(state.finishedAt - state.queuedAt)}` : ''
  return (
    <section className={styles.drawer} aria-label="Run">
      <div className={styles.drawerHead}>
        <strong title={runId}>Run {`${runId.slice(0, 4)}…${runId.slice(-4)}`}</strong>
        <StatusPill status={state.status}>
          {state.status === 'paused' ? waiting?.reason : undefined}
        </StatusPill>
        <span className={styles.quiet}>
          {state.queuedAt && `started ${clockTime(state.queuedAt)}`}
          {run?.version_number ? ` · version ${run.version_number}` : run && ' · draft'}
          {took}
          {state.error && ` · ${state.error.message}`}
        </span>
        <span className={styles.spacer} />
        <Suspense>{isOpen && <WaterfallLegend />}</Suspense>
        {follow}
        {!isFinal(state.status) && (
          <Button size="small" isBusy={cancel.isPending} onClick={() => cancel.mutate(runId)}>
            Stop
          </Button>
        )}
        <Link to={`/runs/${runId}`} aria-label="Open this run" title="Open this run">
          <ExternalLink size={15} aria-hidden="true" />
        </Link>
        <IconButton
          size="small"
          label={isOpen ? 'Fold the drawer' : 'Unfold the drawer'}
          icon={isOpen ? <ChevronDown /> : <ChevronUp />}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        />
        <IconButton
          size="small"
          label="Take the run off the canvas"
          icon={<X />}
          onClick={() => show(null)}
        />
      </div>
      {isOpen && (
        <div className={styles.drawerBody}>
          <Suspense>
            <Waterfall state={state} nameOf={nameOf} selected={selected} onSelect={onSelect} />
          </Suspense>
        </div>
      )}
    </section>
  )
}
