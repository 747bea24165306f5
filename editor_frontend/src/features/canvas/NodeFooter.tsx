import { EyeOff, History } from 'lucide-react'
import type { WorkflowNode } from '@/graph/document'
import { classes } from '@/ui/classes'
import { StatusText } from '@/ui/StatusPill'
import { useClock } from '@/ui/use-clock'
import { useIsFar, useIsStale, useNodeRun } from './canvas-context'
import { Sign } from './DistantCard'
import styles from './NodeCard.module.css'
import { footerText, reasonText } from './status-text'

/** The live line below the card: icon, word, counts and time; from afar the icon alone, on the card. */
export function NodeFooter({ node }: { node: WorkflowNode }) {
  return useIsFar() ? <FarSign id={node.id} /> : <Footer node={node} />
}

function FarSign({ id }: { id: string }) {
  return <Sign status={useNodeRun(id)?.status} />
}

function Footer({ node }: { node: WorkflowNode }) {
  const run = useNodeRun(node.id)
  const isTicking = run?.status === 'running' || run?.status === 'retrying'
  const now = useClock(isTicking)
  const isStale = useIsStale(node.id)
  const most = attemptsOf(node)
  if (!run) return node.disabled ? <DisabledFooter /> : null
  // What it waits for matters more than that it will be another next time.
  const isOpen = run.finishedAt === null
  const { main, rest } = footerText(run, now, most)
  const reason = isStale ? 'Changed since this run: run it again to see what it gives now.' : reasonText(run)
  return (
    <div className={classes(styles.footer, isStale && styles.stale)} title={reason || undefined}>
      <StatusText status={run.status}>{main}</StatusText>
      {isStale ? (
        <span className={styles.outdated} data-stale>
          <History aria-hidden="true" />
          <span className={isOpen ? 'visually-hidden' : undefined}>changed since</span>
        </span>
      ) : (
        rest && <span className={styles.rest}>· {rest}</span>
      )}
    </div>
  )
}

/** How often the node tries at most. */
function attemptsOf({ settings }: WorkflowNode): number {
  const retry = settings?.retry as { attempts?: unknown } | null | undefined
  return typeof retry?.attempts === 'number' ? retry.attempts : 1
}

function DisabledFooter() {
  return (
    <div className={styles.footer}>
      <EyeOff aria-hidden="true" className={styles.footerIcon} />
      <span className={styles.rest}>disabled · items pass through</span>
    </div>
  )
}
