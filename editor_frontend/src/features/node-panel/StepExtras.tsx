import { useQuery } from '@tanstack/react-query'
import { Fragment, useMemo } from 'react'
import type { StepRun } from '@/api/run-state'
import { stepQuery } from '@/api/runs'
import type { StepLog } from '@/api/types'
import { clockTime, duration } from '@/ui/time'
import styles from './OutputPane.module.css'
import { Talks } from './Talks'
import { talksIn } from './talks'

const noLogs: readonly StepLog[] = []

/** Below the data: when and how long, the log, the params as the node saw them, tokens and cost. */
export function StepExtras({ runId, step }: { runId: string; step: StepRun }) {
  const isFinal = step.finishedAt !== null
  const { data } = useQuery(stepQuery(runId, step.step, { limit: 1 }, isFinal))
  const [params] = data?.params ?? []
  const logs = data?.logs ?? noLogs
  const talks = useMemo(() => talksIn(logs), [logs])
  const { usage } = step
  const facts = [
    `started ${clockTime(step.startedAt)}`,
    step.ms !== null && duration(step.ms),
    step.try > 1 && `try ${step.try}`,
    usage && `${(usage.tokens_in ?? 0) + (usage.tokens_out ?? 0)} tokens`,
    usage?.cost ? `$${usage.cost.toFixed(4)}` : null,
  ]
  return (
    <div className={styles.extras}>
      <p className={styles.facts}>{facts.filter(Boolean).join(' · ')}</p>
      <Talks talks={talks} />
      {logs.length > 0 && (
        <details>
          <summary>{`Log (${logs.length})`}</summary>
          <div className={styles.log}>
            {logs.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: log lines only ever follow each other
              <Fragment key={index}>
                <span>{clockTime(line.at)}</span>
                <span>{line.level}</span>
                <div>{line.message}</div>
              </Fragment>
            ))}
          </div>
        </details>
      )}
      {params && Object.keys(params).length > 0 && (
        <details>
          <summary>Params as the node saw them</summary>
          <pre className={styles.json}>{JSON.stringify(params, null, 2)}</pre>
        </details>
      )}
    </div>
  )
}
