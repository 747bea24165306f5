import { useMemo, useState } from 'react'
import type { NodeTypes } from '@/api/node-types'
import type { Workflow } from '@/api/types'
import { type CanvasHost, CanvasProvider } from '@/features/canvas/canvas-context'
import { createFactsStore } from '@/features/canvas/facts'
import { createRunViewStore } from '@/features/canvas/run-view'
import { useNodeKinds } from '@/features/canvas/use-node-kinds'
import { createPresenceStore, type PresenceStore } from '@/features/presence/presence-store'
import { usePresence } from '@/features/presence/use-presence'
import type { Point } from '@/graph/document'
import type { PlaceRequest } from '@/graph/place'
import { createWorkflowStore, type WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'
import { EditorBody } from './EditorBody'
import { RunFeeder } from './RunFeeder'
import { useFactsOf } from './use-facts'
import { useFollowedRun } from './use-followed-run'
import { useEnterModule } from './use-modules'
import { useOpenedNode } from './use-opened-node'
import { useOthersEdits } from './use-others-edits'
import { useRunData } from './use-run-data'

export interface OpenPalette {
  request: PlaceRequest
  screen: Point
}

/** One open workflow: its store, what is wrong with it, the run on its canvas. */
export function Editor({ workflow, types }: { workflow: Workflow; types: NodeTypes }) {
  const [store] = useState(() => createWorkflowStore(workflow))
  const [runView] = useState(createRunViewStore)
  const [presence] = useState(createPresenceStore)
  const [opened, setOpened] = useOpenedNode(workflow.id)
  const [palette, setPalette] = useState<OpenPalette | null>(null)
  const { library, groups } = useNodeKinds(types)
  const [facts] = useState(() => createFactsStore(store.getState().document))
  useFactsOf(store, library, facts)
  const followed = useFollowedRun(workflow.id)
  useRunData(store, followed.show)
  const enterNode = useEnterModule(store)
  const host = useMemo<CanvasHost>(
    () => ({
      openNode: setOpened,
      enterNode,
      openPalette: (request, screen) => setPalette({ request, screen }),
      notify: (message, kind) => showToast(message, { tone: kind === 'error' ? 'problem' : 'plain' }),
    }),
    [setOpened, enterNode],
  )
  return (
    <CanvasProvider
      store={store}
      runView={runView}
      library={library}
      groups={groups}
      facts={facts}
      isReadOnly={false}
      host={host}
    >
      <PresenceFeeder store={store} presence={presence} opened={opened} />
      <RunFeeder store={store} runId={followed.runId} runView={runView} />
      <EditorBody
        workflow={workflow}
        types={types}
        store={store}
        library={library}
        followed={followed}
        presence={presence}
        opened={opened}
        onOpen={setOpened}
        palette={palette}
        onPalette={setPalette}
      />
    </CanvasProvider>
  )
}

interface PresenceFeederProps {
  store: WorkflowStore
  presence: PresenceStore
  opened: string | null
}

/** Hears and tells who is here. A component of its own, so that the page is not drawn with each message. */
function PresenceFeeder({ store, presence, opened }: PresenceFeederProps) {
  usePresence(store, presence, opened)
  useOthersEdits(store, presence)
  return null
}
