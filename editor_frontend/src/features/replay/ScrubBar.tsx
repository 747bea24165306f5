import { Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import type { RunEvent } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { duration } from '@/ui/time'
import styles from './replay.module.css'
import type { Scrub } from './use-scrub'

/** A time bar over the events of a run. */
export function ScrubBar({
  scrub,
  events,
  nameOf,
}: {
  scrub: Scrub
  events: readonly RunEvent[]
  nameOf: (id: string) => string
}) {
  const shown = events[scrub.position - 1]
  const start = events[0]?.at ?? 0
  const text = shown ? eventText(shown, nameOf) : 'Before the start'
  return (
    <div className={styles.scrub}>
      <IconButton
        size="small"
        label="One event back"
        icon={<SkipBack />}
        onClick={() => scrub.seek(scrub.position - 1)}
      />
      <IconButton
        size="small"
        label={scrub.isPlaying ? 'Pause the replay' : 'Play the run again'}
        icon={scrub.isPlaying ? <Pause /> : <Play />}
        onClick={scrub.isPlaying ? scrub.pause : scrub.play}
      />
      <IconButton
        size="small"
        label="One event on"
        icon={<SkipForward />}
        onClick={() => scrub.seek(scrub.position + 1)}
      />
      <input
        type="range"
        className={styles.slider}
        min={0}
        max={scrub.count}
        value={scrub.position}
        aria-label="Moment of the run"
        aria-valuetext={`${text}, ${scrub.position} of ${scrub.count}`}
        onChange={(event) => scrub.seek(event.target.valueAsNumber)}
        style={{ '--part': scrub.count ? scrub.position / scrub.count : 0 } as object}
      />
      <span className={styles.time}>+{duration(Math.max(0, (shown?.at ?? start) - start))}</span>
      <span className={styles.event}>{text}</span>
    </div>
  )
}

const runWords: Record<string, string> = {
  'run.queued': 'Run queued',
  'run.started': 'A worker took the run',
  'run.taken_over': 'Another worker took over',
  'run.replied': 'The caller got its answer',
  'run.paused': 'The run waits',
  'run.resumed': 'The run goes on',
  'run.succeeded': 'Run succeeded',
  'run.failed': 'Run failed',
  'run.cancelled': 'Run cancelled',
}

/** One sentence an event. */
export function eventText(event: RunEvent, nameOf: (id: string) => string): string {
  switch (event.type) {
    case 'step.started':
      return `${nameOf(event.node)} started`
    case 'step.retrying':
      return `${nameOf(event.node)} failed, will try again`
    case 'step.paused':
      return `${nameOf(event.node)}: ${event.wait.reason || 'waits'}`
    case 'step.resumed':
      return `${nameOf(event.node)} goes on: ${event.outcome}`
    case 'step.succeeded':
      return `${nameOf(event.node)} succeeded`
    case 'step.failed':
      return `${nameOf(event.node)} failed: ${event.error.message}`
    case 'nodes.skipped':
      return `Skipped ${Object.keys(event.nodes).map(nameOf).join(', ')}`
    default:
      return runWords[event.type] ?? event.type
  }
}
