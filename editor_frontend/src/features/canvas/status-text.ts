/** Words for the state of a node: the footer of its card and its spoken label. */
import { type NodeRun, sumOf } from '@/api/run-state'
import type { StepStatus } from '@/api/types'
import { statusLooks } from '@/ui/StatusPill'
import { clockTime, duration } from '@/ui/time'

export function statusWord(status: StepStatus): string {
  return statusLooks[status].word
}

export interface FooterText {
  /** The part in the state's colour. */
  main: string
  /** The quieter rest: duration, tokens, cost. */
  rest: string
}

/** `now` in epoch milliseconds, for what is still going on; `most`: how often it tries at most. */
export function footerText(run: NodeRun, now: number, most = 1): FooterText {
  switch (run.status) {
    case 'queued':
      return { main: 'queued', rest: '' }
    case 'running':
      return {
        main: joined(['running', elapsed(run, now)], ' '),
        rest: lastWords(run.text) || tryText(run, most),
      }
    case 'paused':
      return { main: run.waiting?.reason || 'waiting', rest: untilText(run) }
    case 'retrying':
      return { main: `retrying ${run.try + 1}/${Math.max(most, run.try + 1)}`, rest: retryText(run, now) }
    case 'succeeded':
      return { main: itemsText(run), rest: joined([msText(run), tryText(run, most), usageText(run)]) }
    case 'failed':
      return { main: lastLine(run.error?.message ?? '') || 'failed', rest: tryText(run, most) }
    case 'skipped':
      return { main: run.skippedReason || 'skipped', rest: '' }
    case 'cancelled':
      return { main: 'cancelled', rest: msText(run) }
  }
}

/** The whole reason behind a state, for the tooltip. */
export function reasonText(run: NodeRun): string {
  return run.error?.message ?? run.waiting?.reason ?? run.skippedReason ?? ''
}

function elapsed(run: NodeRun, now: number): string {
  return run.startedAt === null ? '' : duration(Math.max(0, now - run.startedAt))
}

function untilText(run: NodeRun): string {
  const until = run.waiting?.until
  return until ? `until ${clockTime(until)}` : ''
}

function retryText(run: NodeRun, now: number): string {
  return run.retryAt === null ? '' : `in ${duration(Math.max(0, run.retryAt - now))}`
}

function tryText(run: NodeRun, most: number): string {
  return run.try > 1 ? `try ${run.try}/${Math.max(most, run.try)}` : ''
}

function msText(run: NodeRun): string {
  // Less than a millisecond is nothing to report.
  return run.ms === null || run.ms < 1 ? '' : duration(run.ms)
}

/** With several outputs, says which one got the items. */
function itemsText(run: NodeRun): string {
  if (run.isDisabled) return 'passed through'
  const count = sumOf(run.itemsOut)
  const ports = Object.entries(run.itemsOut).filter(([, items]) => items > 0)
  const [only] = ports
  const counted = `${count} ${count === 1 ? 'item' : 'items'}`
  const named = ports.length === 1 && only && only[0] !== 'main' ? `${only[0]} · ${counted}` : counted
  return run.runs > 1 ? `${named} in ${run.runs} rounds` : named
}

function usageText(run: NodeRun): string {
  const tokens = (run.usage?.tokens_in ?? 0) + (run.usage?.tokens_out ?? 0)
  const cost = run.usage?.cost ?? 0
  return joined([
    tokens > 0 ? `${tokens} tok` : '',
    cost > 0 ? `$${cost.toFixed(4)}` : '',
    run.isPinned ? 'pinned' : '',
  ])
}

function joined(parts: string[], by = ' · '): string {
  return parts.filter(Boolean).join(by)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

/** The end of what a model is saying just now. */
function lastWords(text: string): string {
  return text.length > 32 ? `…${text.slice(-32)}` : text
}
