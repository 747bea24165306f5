import { useEffect, useMemo, useState } from 'react'
import { useRunEvents } from '@/api/live'
import type { NodeTypes } from '@/api/node-types'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunDetail } from '@/api/types'
import { type CanvasHost, CanvasProvider } from '@/features/canvas/canvas-context'
import { createFactsStore } from '@/features/canvas/facts'
import { createRunViewStore } from '@/features/canvas/run-view'
import { useScrub } from '@/features/replay/use-scrub'
import { nodeLibrary } from '@/graph/node-type'
import { createWorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'
import { ReplayBody } from './ReplayBody'

/** A run on its own frozen graph, live or long past. */
export function Replay({ run, types }: { run: RunDetail; types: NodeTypes }) {
  const [store] = useState(() =>
    createWorkflowStore({ id: `run ${run.id}`, document: run.document, revision: 0 }),
  )
  const [runView] = useState(createRunViewStore)
  const [opened, setOpened] = useState<string | null>(null)
  const library = useMemo(() => nodeLibrary(types.node_types), [types])
  const groups = useMemo(() => new Map(types.groups.map((group) => [group.key, group])), [types])
  const [facts] = useState(() => createFactsStore(store.getState().document))
  const live = useRunEvents(run.id)
  const fetched = useMemo(() => foldEvents(emptyRunState, run.events), [run.events])
  const scrub = useScrub(live.isLoaded ? live.events : run.events, live.isLoaded ? live.state : fetched)
  useEffect(() => {
    runView.setState({ runId: run.id, nodes: scrub.state.nodes, edges: scrub.state.edges })
  }, [run.id, runView, scrub.state])
  const host = useMemo<CanvasHost>(
    () => ({ openNode: setOpened, openPalette: () => undefined, notify: (message) => showToast(message) }),
    [],
  )
  return (
    <CanvasProvider
      store={store}
      runView={runView}
      library={library}
      groups={groups}
      facts={facts}
      isReadOnly
      host={host}
    >
      <ReplayBody
        run={live.run ?? run}
        events={live.isLoaded ? live.events : run.events}
        now={live.isLoaded ? live.state : fetched}
        scrub={scrub}
        store={store}
        opened={opened}
        onOpen={setOpened}
      />
    </CanvasProvider>
  )
}
