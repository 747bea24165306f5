/** What the API answers, by the names the product uses. Times: ISO 8601 UTC; in events, epoch ms. */
import type { Params, WorkflowDocument } from '@/graph/document'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export interface Problem {
  path: string
  code: string
  message: string
  hint?: string | null
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface User {
  id: string
  email: string
  name: string
  is_owner: boolean
}

export interface Session {
  user: User | null
  needs_owner: boolean
  csrf_token: string
  inbox_open: number
}

export interface Token {
  id: string
  name: string
  /** The start of the secret, to tell tokens apart. */
  prefix: string
  created_at: string
  last_used_at: string | null
}

export interface NewToken {
  id: string
  name: string
  token: string
}

export type RunStatus = 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled'
export type StepStatus = RunStatus | 'retrying' | 'skipped'
export type RunMode = 'production' | 'manual' | 'retry' | 'child'

export interface LastRun {
  id: string
  status: RunStatus
  at: string
}

export interface WorkflowRow {
  id: string
  name: string
  revision: number
  live_version: number | null
  draft_differs: boolean
  tags: string[]
  created_at: string
  updated_at: string
  last_run: LastRun | null
}

export interface Workflow {
  id: string
  name: string
  document: WorkflowDocument
  revision: number
  live_version: number | null
  draft_differs: boolean
  tags: string[]
  created_at: string
  updated_at: string
  problems: Problem[]
}

export interface WorkflowVersion {
  id: string
  number: number | null
  name: string
  created_at: string
  by: string
  is_live: boolean
}

export interface Starter {
  key: string
  title: string
  summary: string
  document: WorkflowDocument
}

export interface RunError {
  code: string
  message: string
  hint?: string | null
  node?: string | null
  step?: string | null
  item?: number | null
}

export interface Waiting {
  step: string
  node: string
  node_name: string
  kind: string
  reason: string
  /** Epoch ms. */
  until: number | null
}

export interface RunSummary {
  id: string
  workflow_id: string
  workflow_name: string
  version_id: string
  version_number: number | null
  status: RunStatus
  mode: RunMode
  source: string
  created_at: string
  started_at: string | null
  finished_at: string | null
  duration_ms: number | null
  error: RunError | null
  waiting: Waiting[]
  last_seq: number
}

export interface RunDetail extends RunSummary {
  document: WorkflowDocument
  events: RunEvent[]
}

export interface Usage {
  tokens_in?: number
  tokens_out?: number
  cost?: number
}

export interface StepData {
  count: number
  items: JsonObject[]
  files?: Json[]
  /** The data was cleared away; only the count is left. */
  is_gone?: boolean
}

export interface StepLog {
  at: number | string
  level: string
  message: string
  fields?: JsonObject
}

export interface StepDetail {
  step: string
  node: string
  node_name: string
  status: StepStatus
  try: number
  /** Epoch ms. */
  started_at: number | null
  finished_at: number | null
  ms: number | null
  error: RunError | null
  params: Params[]
  inputs: Record<string, StepData>
  outputs: Record<string, StepData>
  lineage: Record<string, Json[]>
  logs: StepLog[]
  usage: Usage | null
  wait: StepWait | null
}

export interface StepWait {
  kind: string
  reason: string
  until?: number | null
  task?: string | null
}

export interface StartedRun {
  run_id: string
  status: RunStatus
  outputs?: JsonObject[]
}

export interface Decision {
  outcome: string
  comment: string
  by: string
  at: string
  proposed: JsonObject
  /** The values that were changed before deciding. */
  edited: string[]
}

export interface TaskRow {
  id: string
  run_id: string
  workflow_id: string | null
  workflow_name: string
  node_id: string
  node_name: string
  step: string
  kind: string
  subject: string
  outcomes: string[]
  assignees: string[]
  priority: 'low' | 'normal' | 'high' | 'urgent'
  status: 'open' | 'done' | 'cancelled' | 'expired'
  created_at: string
  due_at: string | null
  decided_at: string | null
  decision: Decision | null
  revision: number
}

export interface TaskHistoryLine {
  number: number
  kind: string
  at: string
  /** Empty for the workflow itself. */
  by: string
  data: JsonObject
}

export interface TaskDetail extends TaskRow {
  description: string
  why: string
  proposed: JsonObject
  context: Json[]
  /** Deciding spends it; null when the decision is not yours to make. */
  nonce: string | null
  may_decide: boolean
  history: TaskHistoryLine[]
}

export interface CredentialType {
  type: string
  title: string
  fields_schema: Record<string, unknown>
}

export interface Credential {
  id: string
  name: string
  type: string
  updated_at: string
  used_by: string[]
}

export interface Preview {
  value?: Json
  error?: string | { message: string; hint?: string | null }
}

interface EventBase {
  seq: number
  at: number
  attempt: number
}
interface StepRef {
  step: string
  node: string
}
export interface PortCount {
  count: number
  bytes?: number
}

/** A batch: source step, output port, and the slice of it when a loop hands out a part. */
export type BatchRef = [step: string, port: string, start?: number, stop?: number]

export type RunEvent = EventBase &
  (
    | {
        type: 'run.queued'
        workflow_id?: string
        version_id?: string
        node?: string
        mode?: RunMode
        by?: string
        source?: string
        until?: string
      }
    | { type: 'run.started'; worker?: string }
    | { type: 'run.taken_over'; worker?: string; reason?: string }
    | ({
        type: 'step.started'
        try: number
        inputs: Record<string, BatchRef[]>
        scope?: Json[]
      } & StepRef)
    | ({ type: 'step.retrying'; try: number; error: RunError; due_at: number } & StepRef)
    | ({ type: 'step.paused'; wait: StepWait } & StepRef)
    | ({ type: 'step.resumed'; outcome: string; by?: string } & StepRef)
    | ({
        type: 'step.succeeded'
        outputs: Record<string, PortCount>
        ms: number
        logs?: number
        usage?: Usage
        pinned?: boolean
        disabled?: boolean
        /** Items that failed while the step went on, and what the first of them met. */
        failed_items?: number
        error?: RunError
      } & StepRef)
    | ({
        type: 'step.failed'
        error: RunError
        tries?: number
        handled?: string
        outputs?: Record<string, PortCount>
        ms?: number
      } & StepRef)
    | { type: 'nodes.skipped'; nodes: Record<string, string> }
    | { type: 'run.replied'; status: number }
    | { type: 'run.paused' }
    | { type: 'run.resumed' }
    | { type: 'run.succeeded' }
    | { type: 'run.failed'; error: RunError }
    | { type: 'run.cancelled'; by?: string }
  )

/** Words of a step that is still speaking. Not in the journal, has no number. */
export interface StepDelta {
  type: 'step.delta'
  step: string
  node: string
  text: string
}
