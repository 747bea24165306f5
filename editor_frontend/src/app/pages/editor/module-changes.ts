/** Changes that turn a part of a workflow into one of its own, and back. */
import { request } from '@/api/client'
import type { Workflow } from '@/api/types'
import { completeDocument } from '@/graph/document'
import { planModule, unlinkModule } from '@/graph/module'
import { moduleName } from '@/graph/module-inputs'
import type { NodeLibrary } from '@/graph/node-type'
import { flowOrder } from '@/graph/order'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'

/** Makes a workflow of the selected nodes, and one node that runs it in their place. */
export async function convertSelection(store: WorkflowStore, library: NodeLibrary): Promise<void> {
  const { document, selection, dispatch, select } = store.getState()
  const ids = new Set(document.nodes.filter((node) => selection.elements.has(node.id)).map((node) => node.id))
  const name = moduleName(document, flowOrder(document), ids)
  const plan = planModule(document, library, ids, name)
  if (typeof plan === 'string') {
    showToast(plan, { tone: 'problem' })
    return
  }
  const child = await request<Workflow>('POST', '/workflows', { body: { document: plan.document } })
  // A module runs in its published version.
  await request('POST', `/workflows/${child.id}/publish`, { body: {} })
  if (!dispatch(plan.replace(child.id))) return
  const call = store.getState().document.nodes.find((node) => node.params.workflow === child.id)
  if (call) select([call.id])
  const taken =
    plan.inputs.length === 0 ? '' : ` It takes ${plan.inputs.map((input) => input.name).join(', ')}.`
  showToast(`“${name}” is a module now.${taken} Double-click enters it.`, { tone: 'success' })
}

/** Puts a copy of the module's steps in the place of the node that runs it. */
export async function unlink(
  store: WorkflowStore,
  library: NodeLibrary,
  id: string,
  workflowId: string,
): Promise<void> {
  const child = await request<Workflow>('GET', `/workflows/${workflowId}`)
  const command = unlinkModule(store.getState().document, library, id, completeDocument(child.document))
  if (!command || !store.getState().dispatch(command))
    showToast('The module has no steps to put here', { tone: 'problem' })
}
