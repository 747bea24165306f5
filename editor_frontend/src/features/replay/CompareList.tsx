import { useState } from 'react'
import { StatusText } from '@/ui/StatusPill'
import { Switch } from '@/ui/Switch'
import { duration } from '@/ui/time'
import styles from './compare.module.css'
import type { ComparedNode, Facts } from './compare-runs'
import { StepDiff } from './StepDiff'

interface CompareListProps {
  before: string
  after: string
  rows: readonly ComparedNode[]
  chosen: string | null
  onChoose: (node: string | null) => void
}

/** Node by node: how it went in the earlier run and in the later one. */
export function CompareList({ before, after, rows, chosen, onChoose }: CompareListProps) {
  const [showsAll, setShowsAll] = useState(false)
  const different = rows.filter(({ differs }) => differs.length > 0)
  const shown = showsAll ? rows : rows.filter((row) => row.differs.length > 0 || row.node === chosen)
  return (
    <aside className={styles.side} aria-label="Differences">
      <header className={styles.sideHead}>
        <h2>
          {different.length === 0
            ? 'Every node went the same way'
            : `${different.length} of ${rows.length} nodes went another way`}
        </h2>
        <label className={styles.all} htmlFor="all-nodes">
          <Switch id="all-nodes" isOn={showsAll} onChange={setShowsAll} />
          All nodes
        </label>
      </header>
      <ul>
        {shown.map((row) => (
          <li key={row.node}>
            <button
              type="button"
              className={styles.node}
              aria-expanded={row.node === chosen}
              onClick={() => onChoose(row.node === chosen ? null : row.node)}
            >
              <strong>{row.name}</strong>
              {row.differs.length > 0 && <span className={styles.what}>{row.differs.join(', ')}</span>}
              <FactsLine facts={row.before} />
              <FactsLine facts={row.after} />
            </button>
            {row.node === chosen && <StepDiff before={before} after={after} row={row} />}
          </li>
        ))}
      </ul>
    </aside>
  )
}

function FactsLine({ facts }: { facts: Facts }) {
  if (facts.status === null) return <span className={styles.quiet}>did not run</span>
  return (
    <span className={styles.facts}>
      <StatusText status={facts.status} />
      <span className={styles.quiet}>
        {facts.step !== null && itemsText(facts)}
        {facts.ms !== null && ` · ${duration(facts.ms)}`}
      </span>
    </span>
  )
}

/** With one output of another name, says which one got the items. */
function itemsText({ items, outputs }: Facts): string {
  const counted = items === 1 ? '1 item' : `${items} items`
  const [only, ...others] = Object.keys(outputs)
  return only && only !== 'main' && others.length === 0 ? `${only} · ${counted}` : counted
}
