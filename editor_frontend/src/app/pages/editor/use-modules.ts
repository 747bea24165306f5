import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { errorText, request } from '@/api/client'
import type { Workflow } from '@/api/types'
import { workflowKeys } from '@/api/workflows'
import { action, type CanvasAction } from '@/features/canvas/action'
import type { TrailStep } from '@/features/editor/Breadcrumb'
import { setParams } from '@/graph/commands'
import { findNode } from '@/graph/document'
import { moduleType } from '@/graph/module-type'
import type { NodeLibrary } from '@/graph/node-type'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'

/** The workflows one came through to this one; kept by the browser's history, so a reload knows them. */
export function useTrail(): readonly TrailStep[] {
  const state: unknown = useLocation().state
  const trail = (state as { trail?: TrailStep[] } | null)?.trail
  return Array.isArray(trail) ? trail : noTrail
}

const noTrail: readonly TrailStep[] = []

/** Goes into the workflow that a node runs; false when the node runs none. */
export function useEnterModule(store: WorkflowStore): (id: string) => boolean {
  const navigate = useNavigate()
  const trail = useTrail()
  return useCallback(
    (id: string) => {
      const { document, id: here } = store.getState()
      const child = moduleOf(store, id)
      if (!child) return false
      const path = [...trail, { id: here, name: document.name }]
      // Modules may run each other: whoever comes back to one is there again, not deeper.
      const known = path.findIndex((step) => step.id === child)
      const state = { trail: known < 0 ? path : path.slice(0, known) }
      void navigate(`/workflows/${child}`, { state })
      return true
    },
    [store, navigate, trail],
  )
}

/** Converting, entering and unlinking modules. */
export function useModuleActions(store: WorkflowStore, library: NodeLibrary): CanvasAction[] {
  const client = useQueryClient()
  const enter = useEnterModule(store)
  return useMemo(() => {
    const chosen = () => store.getState().selection.elements
    const one = () => [...chosen()].find((id) => moduleOf(store, id)) ?? ''
    const isModule = () => chosen().size === 1 && one() !== ''
    const convert = async () => {
      const { convertSelection } = await changes()
      await convertSelection(store, library)
      void client.invalidateQueries({ queryKey: workflowKeys.all })
    }
    return [
      action('module', 'Convert to a module', 'Nodes', {
        keys: ['Alt+X'],
        menus: ['selection', 'node'],
        isAvailable: () => store.getState().document.nodes.some((node) => chosen().has(node.id)),
        run: () => void convert().catch(complain),
      }),
      action('enter-module', 'Enter the module', 'Nodes', {
        keys: ['Ctrl+Shift+O'],
        menus: ['node'],
        isSpecial: true,
        isAvailable: isModule,
        run: () => enter(one()),
      }),
      action('hold-module', 'Keep the module at its present version', 'Nodes', {
        menus: ['node'],
        isSpecial: true,
        isAvailable: () => isModule() && versionOf(store, one()) === null,
        run: () => void holdVersion(store, one()).catch(complain),
      }),
      action('follow-module', 'Follow the latest version of the module', 'Nodes', {
        menus: ['node'],
        isSpecial: true,
        isAvailable: () => isModule() && versionOf(store, one()) !== null,
        run: () => setVersion(store, one(), null),
      }),
      action('unlink-module', 'Unlink: put a copy of its steps here', 'Nodes', {
        menus: ['node'],
        isSpecial: true,
        isAvailable: isModule,
        run: () => {
          const [id, child] = [one(), moduleOf(store, one()) ?? '']
          void changes()
            .then(({ unlink }) => unlink(store, library, id, child))
            .catch(complain)
        },
      }),
    ]
  }, [store, library, client, enter])
}

/** What it takes to change a module is fetched when that is first done. */
const changes = () => import('./module-changes')

function complain(error: unknown): void {
  showToast(errorText(error), { tone: 'problem' })
}

function moduleOf(store: WorkflowStore, id: string): string | null {
  const node = findNode(store.getState().document, id)
  const child = node?.type === moduleType ? node.params.workflow : undefined
  return typeof child === 'string' && child !== '' && !child.startsWith('=') ? child : null
}

/** The version a node stays at; null when it follows the latest. */
function versionOf(store: WorkflowStore, id: string): number | null {
  const version = findNode(store.getState().document, id)?.params.version
  return typeof version === 'number' ? version : null
}

function setVersion(store: WorkflowStore, id: string, version: number | null): void {
  const node = findNode(store.getState().document, id)
  if (!node) return
  const { version: _, ...rest } = node.params
  store.getState().dispatch(setParams(id, version === null ? rest : { ...rest, version }))
}

async function holdVersion(store: WorkflowStore, id: string): Promise<void> {
  const child = await request<Workflow>('GET', `/workflows/${moduleOf(store, id)}`)
  if (child.live_version === null) showToast('The module is not published yet', { tone: 'problem' })
  else setVersion(store, id, child.live_version)
}
