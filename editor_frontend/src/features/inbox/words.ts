import type { Json, TaskDetail, TaskHistoryLine } from '@/api/types'
import { humanize } from '@/forms/schema'
import { duration } from '@/ui/time'
import { pastOf } from './outcomes'

export interface Sentence {
  who: string
  words: string
  /** What somebody wrote, or why it happened by itself. */
  quote: string
}

const byTheClock = ['reminded', 'raised', 'reassigned', 'decided']

/** A line of a task's history as people read it. */
export function sentenceOf({ kind, by, data }: TaskHistoryLine): Sentence {
  const quote = String(data.automatic || data.comment || data.text || data.note || data.reason || '')
  return { who: whoOf(kind, by, data.automatic), words: wordsOf(kind, data), quote }
}

function whoOf(kind: string, by: string, automatic: Json | undefined): string {
  if (automatic) return automatic === 'nobody had answered in time' ? 'The clock' : 'A rule'
  if (by) return by
  return byTheClock.includes(kind) ? 'The clock' : 'The workflow'
}

function wordsOf(kind: string, data: TaskHistoryLine['data']): string {
  const outcome = pastOf(String(data.outcome ?? ''))
  switch (kind) {
    case 'opened':
      return `asked ${names(data.asked) || 'anyone who may decide'}`
    case 'viewed':
      return 'looked at it'
    case 'commented':
      return 'commented'
    case 'voted':
      return `answered: ${outcome}${data.instead_of ? ` for ${data.instead_of}, who is away` : ''}`
    case 'decided':
      return `decided: ${outcome}${names(data.edited) && `, after editing ${edited(data.edited)}`}`
    case 'cancelled':
      return 'withdrew the question, because the run ended'
    case 'expired':
      return 'went on, because the time ran out'
    case 'claimed':
      return data.from ? `took it over from ${data.from}` : 'took it on'
    case 'released':
      return 'gave it back'
    case 'reassigned':
      return `handed it to ${names(data.to) || 'nobody'}`
    case 'reminded':
      return `reminded ${names(data.asked) || 'those who may decide'}`
    case 'raised':
      return `raised the priority to ${data.to ?? ''}`
    case 'snoozed':
      return 'put it off'
    case 'again':
      return 'it happened again'
    case 'woken':
      return 'took it up again'
    default:
      return kind
  }
}

function names(value: Json | undefined): string {
  return Array.isArray(value) ? askedOf(value.map(String)) : ''
}

function edited(value: Json | undefined): string {
  return Array.isArray(value) ? value.map((name) => humanize(String(name)).toLowerCase()).join(', ') : ''
}

/** What the values of a task are, as the heading above them. */
export function actionTitle({ kind, status }: Pick<TaskDetail, 'kind' | 'status'>): string {
  if (kind === 'repair') return 'The step’s items'
  if (kind === 'edit') return status === 'open' ? 'Please put right' : 'Values as they were left'
  return status === 'done' ? 'Action as decided' : 'Proposed action'
}

/** Who is asked: `team:finance` → "Finance". */
export function askedOf(assignees: readonly string[]): string {
  return assignees.map(nameOf).join(', ')
}

export function nameOf(assignee: string): string {
  const team = /^team:(.+)$/.exec(assignee)?.[1]
  return team ? team.charAt(0).toUpperCase() + team.slice(1) : assignee
}

/** "12 min", "3 h 40 min", "5 d": as long as it takes to know whether to hurry. */
export function roughly(ms: number): string {
  if (ms < 60_000) return 'less than a minute'
  if (ms >= 36_000_000) return duration(Math.round(ms / 3_600_000) * 3_600_000)
  return duration(Math.floor(ms / 60_000) * 60_000)
}
