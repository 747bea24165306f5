import { EyeOff } from 'lucide-react'
import { StatusText } from '@/ui/StatusPill'
import { useClock } from '@/ui/use-clock'
import { useIsFar, useRunView } from './canvas-context'
import styles from './NodeCard.module.css'
import { footerText, reasonText } from './status-text'

/** The live line below the card: icon, word, counts and time. */
export function NodeFooter(props: { id: string; isDisabled: boolean }) {
  return useIsFar() ? null : <Footer {...props} />
}

function Footer({ id, isDisabled }: { id: string; isDisabled: boolean }) {
  const run = useRunView((view) => view.nodes[id])
  const isTicking = run?.status === 'running' || run?.status === 'retrying'
  const now = useClock(isTicking)
  if (!run) return isDisabled ? <DisabledFooter /> : null
  const { main, rest } = footerText(run, now)
  return (
    <div className={styles.footer} title={reasonText(run) || undefined}>
      <StatusText status={run.status}>{main}</StatusText>
      {rest && <span className={styles.rest}>· {rest}</span>}
    </div>
  )
}

function DisabledFooter() {
  return (
    <div className={styles.footer}>
      <EyeOff aria-hidden="true" className={styles.footerIcon} />
      <span className={styles.rest}>disabled · items pass through</span>
    </div>
  )
}
