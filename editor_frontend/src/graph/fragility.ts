/** How easily a workflow breaks, as a number, with what it consists of. */
import { advise } from './advice'
import type { WorkflowDocument } from './document'
import type { NodeLibrary } from './node-type'
import type { Problem } from './validate'

export type Sturdiness = 'sturdy' | 'fair' | 'fragile'

export interface Fragility {
  /** 0: nothing to say; near 100: it will break. */
  score: number
  level: Sturdiness
  /** The weightiest first. */
  findings: Problem[]
}

const weights: Readonly<Record<string, number>> = {
  'write.unhandled': 8,
  'error.unused': 6,
  'call.no_retry': 4,
  'secret.plain': 10,
  'workflow.large': 6,
  'workflow.deep': 6,
  'branch.open': 2,
  'loop.not_closed': 3,
}
const usual = { error: 12, warning: 4, advice: 3 } as const

/** Sums of this size are two thirds of the way to the top. */
const scale = 32

export function fragilityOf(
  document: WorkflowDocument,
  library: NodeLibrary,
  problems: readonly Problem[],
  id = '',
): Fragility {
  const findings = [...problems, ...advise(document, library, id)].sort(
    (one, other) => weightOf(other) - weightOf(one),
  )
  const sum = findings.reduce((total, found) => total + weightOf(found), 0)
  const score = Math.round(100 * (1 - Math.exp(-sum / scale)))
  return { score, level: levelOf(score), findings }
}

export function weightOf(problem: Problem): number {
  return weights[problem.code] ?? usual[problem.severity]
}

function levelOf(score: number): Sturdiness {
  if (score < 25) return 'sturdy'
  return score < 60 ? 'fair' : 'fragile'
}
