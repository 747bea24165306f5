import { CircleAlert, CircleCheck, Lightbulb, TriangleAlert, Wrench } from 'lucide-react'
import type { CSSProperties } from 'react'
import { type Problem, problemNode } from '@/graph/validate'
import { Button } from '@/ui/Button'
import { type FragilityMeterProps, levelNames } from './FragilityMeter'
import styles from './fragility.module.css'

const icons = { error: CircleAlert, warning: TriangleAlert, advice: Lightbulb }
const words = { error: 'Error', warning: 'Warning', advice: 'Advice' }

/** What makes the workflow fragile, each with its mend. */
export function Findings({ fragility, nameOf, mendOf, onMend, onMendAll, onShow }: FragilityMeterProps) {
  const { score, level, findings } = fragility
  const offers = findings.map(mendOf)
  const safe = offers.filter((offer) => offer?.isSafe).length
  return (
    <div className={styles.panel}>
      <header>
        <h2>{levelNames[level]}</h2>
        <span className={styles.score}>fragility {score} of 100</span>
        <meter
          className={styles.bar}
          data-level={level}
          min={0}
          max={100}
          value={score}
          aria-label="Fragility"
          style={{ '--share': `${score}%` } as CSSProperties}
        />
      </header>
      {findings.length === 0 ? (
        <p className={styles.fine}>
          <CircleCheck aria-hidden="true" /> Nothing stands out. Failures have a way to go, and nothing is
          loose.
        </p>
      ) : (
        <ul aria-label="Findings">
          {findings.map((found, at) => (
            <Finding
              key={`${found.path} ${found.code} ${found.message}`}
              found={found}
              name={nameOf(problemNode(found) ?? '') || 'Workflow'}
              mend={offers[at]?.title ?? null}
              onMend={() => onMend(found)}
              onShow={onShow}
            />
          ))}
        </ul>
      )}
      {safe > 1 && (
        <footer>
          <span>Ctrl+Z takes a mend back.</span>
          <Button icon={<Wrench aria-hidden="true" />} onClick={onMendAll}>
            Mend {safe} at once
          </Button>
        </footer>
      )}
    </div>
  )
}

interface FindingProps {
  found: Problem
  name: string
  mend: string | null
  onMend: () => void
  onShow: (nodeId: string) => void
}

function Finding({ found, name, mend, onMend, onShow }: FindingProps) {
  const Icon = icons[found.severity]
  const id = problemNode(found)
  return (
    <li data-severity={found.severity}>
      <Icon role="img" aria-label={words[found.severity]} />
      <div>
        {id ? (
          <button type="button" className={styles.name} onClick={() => onShow(id)}>
            {name}
          </button>
        ) : (
          <strong>{name}</strong>
        )}
        <p>{found.message}</p>
        <p className={styles.hint}>{found.hint}</p>
        {mend && (
          <Button size="small" onClick={onMend}>
            {mend}
          </Button>
        )}
      </div>
    </li>
  )
}
