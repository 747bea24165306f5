import { useMemo, useState } from 'react'
import { useRunEvents } from '@/api/live'
import type { NodeTypes } from '@/api/node-types'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunDetail } from '@/api/types'
import { StillCanvas } from '@/features/canvas/StillCanvas'
import { useNodeKinds } from '@/features/canvas/use-node-kinds'
import { useScrub } from '@/features/replay/use-scrub'
import { ReplayBody } from './ReplayBody'

/** A run on its own frozen graph, live or long past. */
export function Replay({ run, types }: { run: RunDetail; types: NodeTypes }) {
  const [opened, setOpened] = useState<string | null>(null)
  const kinds = useNodeKinds(types)
  const live = useRunEvents(run.id)
  const fetched = useMemo(() => foldEvents(emptyRunState, run.events), [run.events])
  const scrub = useScrub(live.isLoaded ? live.events : run.events, live.isLoaded ? live.state : fetched)
  const shown = useMemo(
    () => ({ runId: run.id, nodes: scrub.state.nodes, edges: scrub.state.edges }),
    [run.id, scrub.state],
  )
  return (
    <StillCanvas id={`run ${run.id}`} document={run.document} kinds={kinds} run={shown} onOpen={setOpened}>
      <ReplayBody
        run={live.run ?? run}
        events={live.isLoaded ? live.events : run.events}
        now={live.isLoaded ? live.state : fetched}
        scrub={scrub}
        opened={opened}
        onOpen={setOpened}
      />
    </StillCanvas>
  )
}
