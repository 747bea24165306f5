import { Gauge } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Fragility, Sturdiness } from '@/graph/fragility'
import type { Problem } from '@/graph/validate'
import { Button } from '@/ui/Button'
import { Popover } from '@/ui/Popover'
import styles from './fragility.module.css'

export interface FragilityMeterProps {
  fragility: Fragility
  nameOf: (nodeId: string) => string
  /** What one click does about a finding; null when nothing can be done by itself. */
  mendOf: (finding: Problem) => Offer | null
  onMend: (finding: Problem) => void
  onMendAll: () => void
  onShow: (nodeId: string) => void
}

export interface Offer {
  title: string
  /** Done with the others by “mend all”. */
  isSafe: boolean
}

const Findings = lazy(() => import('./Findings').then((module) => ({ default: module.Findings })))

export const levelNames: Readonly<Record<Sturdiness, string>> = {
  sturdy: 'Sturdy',
  fair: 'Fair',
  fragile: 'Fragile',
}

/** How easily this workflow breaks, why, and what one click can do about it. */
export function FragilityMeter(props: FragilityMeterProps) {
  const [isOpen, setOpen] = useState(false)
  const { score, level, findings } = props.fragility
  const count = findings.length === 1 ? '1 thing to look at' : `${findings.length} things to look at`
  return (
    <Popover
      label="How sturdy this workflow is"
      align="end"
      isOpen={isOpen}
      onOpenChange={setOpen}
      className={styles.popover}
      trigger={
        <Button
          variant="ghost"
          className={styles.meter}
          data-level={level}
          title={`Fragility ${score} of 100`}
          aria-label={`${levelNames[level]}: ${findings.length === 0 ? 'nothing to mend' : count}`}
          icon={<Gauge aria-hidden="true" />}
        >
          {levelNames[level]}
          {findings.length > 0 && <span className={styles.count}>{findings.length}</span>}
        </Button>
      }
    >
      <Suspense fallback={<p aria-busy="true">Looking…</p>}>
        <Findings {...props} />
      </Suspense>
    </Popover>
  )
}
