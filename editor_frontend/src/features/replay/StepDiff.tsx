import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { stepQuery } from '@/api/runs'
import type { StepDetail } from '@/api/types'
import { classes } from '@/ui/classes'
import { Skeleton } from '@/ui/Skeleton'
import styles from './compare.module.css'
import type { ComparedNode } from './compare-runs'
import { diffLines } from './line-diff'

interface StepDiffProps {
  before: string
  after: string
  row: ComparedNode
}

const shownItems = 20

/** What one node got, was told and gave in either run. */
export function StepDiff({ before, after, row }: StepDiffProps) {
  const one = useStep(before, row.before.step)
  const other = useStep(after, row.after.step)
  if (one.isLoading || other.isLoading) return <Skeleton lines={6} />
  return (
    <div className={styles.diffs}>
      {parts.map(({ title, of }) => (
        <PartDiff key={title} title={title} before={textOf(one.data, of)} after={textOf(other.data, of)} />
      ))}
    </div>
  )
}

const parts: { title: string; of: (step: StepDetail) => unknown }[] = [
  { title: 'Input', of: (step) => itemsOf(step.inputs) },
  { title: 'Params', of: (step) => step.params[0] ?? {} },
  { title: 'Output', of: (step) => itemsOf(step.outputs) },
  { title: 'Error', of: (step) => step.error?.message ?? null },
]

function itemsOf(sides: StepDetail['inputs']): unknown {
  const ports = Object.entries(sides).map(([port, { items }]) => [port, items])
  return ports.length === 1 ? ports[0]?.[1] : Object.fromEntries(ports)
}

function textOf(step: StepDetail | undefined, of: (step: StepDetail) => unknown): string {
  const value = step ? of(step) : null
  return value === null ? '' : JSON.stringify(value, null, 2)
}

function useStep(runId: string, step: string | null) {
  return useQuery({ ...stepQuery(runId, step ?? '', { limit: shownItems }), enabled: step !== null })
}

function PartDiff({ title, before, after }: { title: string; before: string; after: string }) {
  const lines = useMemo(() => (before === after ? [] : diffLines(before, after)), [before, after])
  if (before === '' && after === '') return null
  return (
    <section aria-label={title}>
      <h3>
        {title} {lines.length === 0 && <span className={styles.quiet}>the same</span>}
      </h3>
      {lines.length > 0 && (
        <pre className={styles.lines}>
          {lines.map(({ kind, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text do not move
            <span key={index} className={classes(styles.line, styles[kind])}>
              {kind === 'same' ? '  ' : kind === 'added' ? '+ ' : '− '}
              {text}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </section>
  )
}
