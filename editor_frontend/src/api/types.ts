/**
 * What the API answers, by the names the product uses; times are ISO 8601 UTC, in events epoch ms.
 * Generated from the server's own description (`schema.d.ts`); where that says "any JSON", the shape is told here.
 */
import type { Params, WorkflowDocument } from '@/graph/document'
import type { components } from './schema'

type Schemas = components['schemas']
/** A generated type with some of its fields told more exactly. */
type With<T, Exact> = Omit<T, keyof Exact> & Exact

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

export type User = Schemas['UserOut']

export type Session = Schemas['SessionOut']

export type Token = Schemas['TokenOut']

export type MemoryEntry = With<Schemas['MemoryOut'], { value: Json }>

export type MemoryRow = Schemas['MemoryRow']

export type NewToken = Schemas['TokenCreated']

export type RunStatus = 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled'
export type StepStatus = RunStatus | 'retrying' | 'skipped'
export type RunMode = 'production' | 'manual' | 'retry' | 'child'

export type LastRun = With<Schemas['LastRun'], { status: RunStatus }>

export type WorkflowRow = With<Schemas['WorkflowRow'], { last_run: LastRun | null }>

export type Workflow = With<Schemas['WorkflowOut'], { document: WorkflowDocument }>

export type Folder = Schemas['FolderRow']

export type WorkflowVersion = Schemas['VersionRow']

/** Waiting for a test request to a draft's webhook, and what became of it. */
export type Listening = Schemas['ListeningOut']

export type ChatReply = Schemas['ChatReply']

export type BulkDone = Schemas['BulkDone']

export type ComingStart = Schemas['Coming']

export type Starter = With<Schemas['Starter'], { document: WorkflowDocument }>

export interface RunError {
  code: string
  message: string
  hint?: string | null
  node?: string | null
  step?: string | null
  item?: number | null
}

export type Waiting = Schemas['Waiting']

export type RunSummary = With<Schemas['RunSummary'], { mode: RunMode }>

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

export type StepLine = Schemas['StepLine']
export type StepLines = Schemas['StepLines']

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

export type StartedRun = With<Schemas['RunStarted'], { status: RunStatus }>

export type Decision = With<Schemas['DecisionOut'], { proposed: JsonObject; answer: JsonObject | null }>

export type TaskRow = With<Schemas['TaskRow'], { decision: Decision | null }>

export type TaskHistoryLine = With<Schemas['HistoryLine'], { data: JsonObject }>

export type TaskDetail = With<
  Schemas['TaskDetail'],
  {
    decision: Decision | null
    proposed: JsonObject
    context: Json[]
    history: TaskHistoryLine[]
    form: FormField[]
  }
>

export type FormField = With<Schemas['FormFieldOut'], { default?: Json }>

export type ViewCounts = Schemas['ViewCounts']

export type ReadyTask = With<Schemas['ReadyOut'], { proposed: JsonObject }>

export type TaskSummary = With<Schemas['SummaryOut'], { items: ReadyTask[] }>

export type TasksDecided = Schemas['SeveralOut']

export type SavedFilter = Schemas['FilterOut']

export type InboxFigures = Schemas['FiguresOut']

export type Pace = Schemas['PaceOut']

export type Absence = Schemas['AbsenceOut']

export type InboxPreferences = Schemas['PreferencesOut']

export type CredentialType = Schemas['CredentialType']

export type Credential = Schemas['CredentialOut']

export type CredentialCheck = Schemas['CheckOut']

export type OptionList = Schemas['Options']

export type ReferenceEntry = Schemas['Method']

export type Preview = With<Schemas['Preview'], { value?: Json }>

interface EventBase {
  seq: number
  at: number
  attempt: number
}
export interface StepRef {
  step: string
  node: string
}
export interface PortCount {
  count: number
  bytes?: number
}

/** A batch: source step, output port, and the slice of it when a loop hands out a part. */
export type BatchRef = [step: string, port: string, start?: number, stop?: number]

/** Of one try: how many log lines it wrote, what it used. */
export interface LeftBehind {
  logs?: number
  usage?: Usage
}

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
    | ({ type: 'step.retrying'; try: number; error: RunError; due_at: number } & StepRef & LeftBehind)
    | ({ type: 'step.paused'; wait: StepWait } & StepRef & LeftBehind)
    | ({ type: 'step.resumed'; outcome: string; by?: string } & StepRef)
    | ({
        type: 'step.succeeded'
        outputs: Record<string, PortCount>
        ms: number
        pinned?: boolean
        disabled?: boolean
        /** Items that failed while the step went on, and what the first of them met. */
        failed_items?: number
        error?: RunError
      } & StepRef &
        LeftBehind)
    | ({
        type: 'step.failed'
        error: RunError
        tries?: number
        handled?: string
        outputs?: Record<string, PortCount>
        ms?: number
      } & StepRef &
        LeftBehind)
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
