import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { errorText } from '@/api/client'
import { listen, listeningKey, listeningQuery } from '@/api/listening'
import type { NodeLibrary } from '@/graph/node-type'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'

const triedSources = ['webhook', 'form', 'chat'] as const

/** How a trigger of the draft is tried out: as whoever calls it would. */
export interface Trial {
  source: (typeof triedSources)[number]
  node: string
}

export interface Trials {
  trial: Trial | null
  open: (node: string) => Promise<void>
  close: () => void
  /** How the node can be tried out; null for one that cannot. */
  sourceOf: (node: string) => Trial['source'] | null
}

export function useTrials(store: WorkflowStore, library: NodeLibrary, saveNow: () => Promise<void>): Trials {
  const client = useQueryClient()
  const [trial, setTrial] = useState<Trial | null>(null)
  const { id: workflowId } = store.getState()
  const sourceOf = useCallback(
    (id: string) => {
      const node = store.getState().document.nodes.find((one) => one.id === id)
      const source = node && library.get(node.type)?.source
      return triedSources.find((tried) => tried === source) ?? null
    },
    [store, library],
  )
  const open = useCallback(
    async (node: string) => {
      const source = sourceOf(node)
      if (!source) return
      try {
        await saveNow()
        if (source === 'webhook') {
          client.setQueryData(listeningKey(workflowId), await listen(workflowId, node))
        }
        setTrial({ source, node })
      } catch (error) {
        showToast(errorText(error), { tone: 'problem' })
      }
    },
    [client, workflowId, saveNow, sourceOf],
  )
  useGoingOn(store, sourceOf, setTrial)
  return { trial, open, close: useCallback(() => setTrial(null), []), sourceOf }
}

/** After a reload, or in another tab: what listens still is shown again. */
function useGoingOn(
  store: WorkflowStore,
  sourceOf: Trials['sourceOf'],
  setTrial: (trial: Trial) => void,
): void {
  const [hasWebhook] = useState(() =>
    store.getState().document.nodes.some(({ id }) => sourceOf(id) === 'webhook'),
  )
  const { data } = useQuery({ ...listeningQuery(store.getState().id), enabled: hasWebhook })
  const isListening = data?.status === 'listening'
  const node = data?.node
  useEffect(() => {
    if (isListening && node) setTrial({ source: 'webhook', node })
  }, [isListening, node, setTrial])
}
