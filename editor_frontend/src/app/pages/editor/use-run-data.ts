import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { runQuery, stepQuery } from '@/api/runs'
import { setPin } from '@/graph/commands'
import { findNode } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'

const mostPinned = 1000

/** "Use this data in the editor": shows the run on the canvas and pins what its trigger brought. */
export function useRunData(store: WorkflowStore, show: (runId: string) => void): void {
  const location = useLocation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const runId = (location.state as { useRun?: string } | null)?.useRun
  useEffect(() => {
    if (!runId) return
    // Once: a reload must not pin again what was unpinned since.
    void navigate(location.pathname, { replace: true, state: null })
    show(runId)
    const pin = async () => {
      const run = await client.fetchQuery(runQuery(runId))
      const step = run.events.find((event) => event.type === 'step.started')
      if (!step || !('node' in step) || !findNode(store.getState().document, step.node)) return
      const detail = await client.fetchQuery(stepQuery(runId, step.step, { side: 'out', limit: mostPinned }))
      const [output] = Object.values(detail.outputs).filter((port) => port.count > 0)
      if (!output || output.is_gone) return
      store.getState().dispatch(setPin(step.node, output.items))
      const name = findNode(store.getState().document, step.node)?.name
      showToast(`“${name}” gives the items of that run now. P on it takes them away.`, { tone: 'success' })
    }
    pin().catch((error: unknown) => showToast(errorText(error), { tone: 'problem' }))
  }, [runId, location.pathname, navigate, client, store, show])
}
