import { useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { previewExpression, referenceQuery } from '@/api/expressions'
import type { StepRun } from '@/api/run-state'
import { stepQuery } from '@/api/runs'
import type { JsonObject, Preview, StepDetail } from '@/api/types'
import type { ExpressionSupport } from '@/forms/form-context'
import { findNode, type WorkflowNode } from '@/graph/document'
import { type DataSource, inputSource, outputSource, stepsOf, upstreamIds } from './data-source'
import { filesOf } from './files'
import type { NodePanelProps } from './panel-types'

export interface PanelData {
  /** The node's steps in this run, oldest first. */
  steps: StepRun[]
  step: StepRun | undefined
  chooseStep: (key: string) => void
  input: DataSource | null
  output: DataSource | null
  /** The place of the current item among the input. */
  item: number
  chooseItem: (place: number) => void
  itemCount: number
  sample: JsonObject | null
  upstream: WorkflowNode[]
  expressions: ExpressionSupport | null
}

/** Everything the panes share: which step, which item, and what expressions can see. */
export function usePanelData(props: NodePanelProps): PanelData {
  const { node, nodeType, document, runState, runId } = props
  const [chosenStep, chooseStep] = useState<string | null>(null)
  const [item, chooseItem] = useState(0)
  const steps = useMemo(() => stepsOf(runState, node.id), [runState, node.id])
  const step = steps.find((each) => each.step === chosenStep) ?? steps.at(-1)
  const input = useMemo(() => inputSource(runState, document, node, step), [runState, document, node, step])
  const output = useMemo(() => outputSource(step), [step])
  const upstream = useMemo(
    () =>
      upstreamIds(document, node.id)
        .map((id) => findNode(document, id))
        .filter((each) => each !== undefined),
    [document, node.id],
  )
  const itemCount = input?.ports.reduce((most, { count }) => Math.max(most, count), 0) ?? 0
  const place = Math.min(item, Math.max(0, itemCount - 1))
  const { item: sample, files } = useSample(runId, input, place)
  const expressions = useExpressions({ ...props, input, place, itemCount, sample, files, upstream })
  const isTrigger = nodeType?.is_trigger ?? false
  return {
    steps,
    step,
    chooseStep,
    input,
    output,
    item: place,
    chooseItem,
    itemCount,
    sample,
    upstream,
    expressions: isTrigger ? null : expressions,
  }
}

interface Sample {
  item: JsonObject | null
  /** Names of its files. */
  files: readonly string[]
}

const noSample: Sample = { item: null, files: [] }

function useSample(runId: string | null, input: DataSource | null, place: number): Sample {
  const port = input?.ports.find(({ count }) => count > 0)?.port
  const { data } = useQuery({
    ...stepQuery(
      runId ?? '',
      input?.step ?? '',
      { side: input?.side, port, offset: place, limit: 1 },
      input?.isFinal,
    ),
    enabled: Boolean(runId && input && port),
  })
  return useMemo(() => {
    const page = data && input && port && (input.side === 'in' ? data.inputs : data.outputs)[port]
    if (!page) return noSample
    return { item: page.items[0] ?? null, files: filesOf(page.files?.[0]).map(({ key }) => key) }
  }, [data, input, port])
}

const noReference: ExpressionSupport['reference'] = []

interface ExpressionParts extends NodePanelProps {
  input: DataSource | null
  place: number
  itemCount: number
  sample: JsonObject | null
  files: readonly string[]
  upstream: WorkflowNode[]
}

function useExpressions(parts: ExpressionParts): ExpressionSupport {
  const { node, runId, workflowId, input, place, itemCount, sample, files } = parts
  const nodes = useNodeSamples(parts)
  const { data: reference = noReference } = useQuery(referenceQuery)
  const hasOwnInput = input?.side === 'in'
  const preview = useCallback(
    (template: string, signal: AbortSignal): Promise<Preview> => {
      // Without a step of its own, the item in front of the node is all there is.
      const items = hasOwnInput ? undefined : sample ? [sample] : [{}]
      const scope = { workflow_id: workflowId, run_id: runId ?? undefined, node_id: node.id }
      return previewExpression({ ...scope, template, items, item: hasOwnInput ? place : 0 }, signal)
    },
    [node.id, runId, workflowId, hasOwnInput, sample, place],
  )
  const previewKey = `${runId}/${input?.step}/${node.id}/${place}/${sample ? 1 : 0}`
  const itemLabel = sample ? `item ${place + 1} of ${itemCount}` : ''
  return useMemo(
    () => ({ preview, previewKey, itemLabel, sample, files, nodes, reference }),
    [preview, previewKey, itemLabel, sample, files, nodes, reference],
  )
}

const mostSampled = 12

function useNodeSamples({ runState, runId, upstream }: ExpressionParts): ExpressionSupport['nodes'] {
  const known = upstream.map((node) => ({ node, step: stepsOf(runState, node.id).at(-1) }))
  const sampled = known.filter(({ step }) => step && runId).slice(0, mostSampled)
  const samples = useQueries({
    queries: sampled.map(({ step }) => ({
      ...stepQuery(runId ?? '', step?.step ?? '', { side: 'out', limit: 1 }, step?.finishedAt !== null),
      select: firstItem,
    })),
    combine: (results) => results.map(({ data }) => data ?? null),
  })
  return useMemo(
    () =>
      known.map(({ node }) => {
        const index = sampled.findIndex((each) => each.node === node)
        return { name: node.name, sample: samples[index] ?? null }
      }),
    [known, sampled, samples],
  )
}

function firstItem(detail: StepDetail): JsonObject | null {
  const port = Object.values(detail.outputs).find(({ items }) => items.length > 0)
  return port?.items[0] ?? null
}
