import { useQuery } from '@tanstack/react-query'
import { Panel, useReactFlow } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { NodeTypes } from '@/api/node-types'
import { sessionQuery } from '@/api/session'
import type { Workflow } from '@/api/types'
import type { CanvasAction } from '@/features/canvas/action'
import { Canvas } from '@/features/canvas/Canvas'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import { useShortcuts } from '@/features/canvas/use-shortcuts'
import { Breadcrumb } from '@/features/editor/Breadcrumb'
import { ConflictBanner } from '@/features/editor/ConflictBanner'
import styles from '@/features/editor/editor.module.css'
import { TopBar } from '@/features/editor/TopBar'
import { UsedBy } from '@/features/editor/UsedBy'
import { useAutosave } from '@/features/editor/use-autosave'
import { QuickAdd } from '@/features/palette/QuickAdd'
import { PeopleHere } from '@/features/presence/PeopleHere'
import { PeopleLayer } from '@/features/presence/PeopleLayer'
import type { PresenceStore } from '@/features/presence/presence-store'
import { findNode } from '@/graph/document'
import type { NodeLibrary } from '@/graph/node-type'
import { placeNode } from '@/graph/place'
import type { WorkflowStore } from '@/graph/workflow-store'
import { useCommandStore } from '@/ui/commands'
import { IconButton } from '@/ui/IconButton'
import { Announcer, Heading } from './Announcer'
import type { OpenPalette } from './Editor'
import { OpenNode } from './OpenNode'
import { Overlays } from './Overlays'
import { Publish } from './Publish'
import { RunDrawer } from './RunDrawer'
import { Sturdiness } from './Sturdiness'
import { TrialChat, TrialLayer } from './TrialLayer'
import type { FollowedRun } from './use-followed-run'
import { useModuleActions, useTrail } from './use-modules'
import { useNameOf } from './use-names'
import { usePageActions } from './use-page-actions'
import { useRunControl } from './use-run-control'
import { useTrials } from './use-trials'
import { useShowNode, useViewCentre } from './use-view'
import { useWorkflowCache } from './use-workflow-cache'

export interface EditorBodyProps {
  workflow: Workflow
  types: NodeTypes
  store: WorkflowStore
  library: NodeLibrary
  followed: FollowedRun
  presence: PresenceStore
  opened: string | null
  onOpen: (id: string | null) => void
  palette: OpenPalette | null
  onPalette: (palette: OpenPalette | null) => void
}

const HistoryView = lazy(() =>
  import('./history/HistoryView').then((module) => ({ default: module.HistoryView })),
)
const WorkflowSettings = lazy(async () => ({
  default: (await import('@/features/editor/WorkflowSettings')).WorkflowSettings,
}))
const noActions: readonly CanvasAction[] = []

/** Top bar, canvas, node panel and drawer, put together. Listens to no edits itself: each part reads what it shows. */
export function EditorBody(props: EditorBodyProps) {
  const { workflow, types, store, library, followed, presence, opened, onOpen, palette, onPalette } = props
  const [isSheetOpen, setSheetOpen] = useState(false)
  const [isHistoryOpen, setHistoryOpen] = useState(false)
  const [isPublishOpen, setPublishOpen] = useState(false)
  const [isSettingsOpen, setSettingsOpen] = useState(false)
  const openCommands = useCommandStore((state) => state.setOpen)
  const rememberSaved = useWorkflowCache(store, workflow)
  const saveNow = useAutosave(store, rememberSaved)
  const run = useRunControl(store, library, saveNow, followed)
  const trials = useTrials(store, library, saveNow)
  const showNode = useShowNode()
  const canvasActions = useCanvasActions({ isCovered: isHistoryOpen })
  const moduleActions = useModuleActions(store, library)
  const trail = useTrail()
  const actions = usePageActions({
    canvasActions,
    moduleActions,
    store,
    run,
    trials,
    followed,
    saveNow,
    openSheet: setSheetOpen,
    openHistory: setHistoryOpen,
    openPublish: setPublishOpen,
    openSettings: setSettingsOpen,
    opened,
    onOpen,
  })
  useShortcuts(isHistoryOpen ? noActions : actions)
  const nameOf = useNameOf(store)
  return (
    <main className={styles.page} aria-label="Editor">
      <Heading store={store} />
      <TopBar
        store={store}
        liveVersion={workflow.live_version}
        draftDiffers={workflow.draft_differs}
        isRunning={run.isRunning}
        isStarting={run.isStarting}
        onFind={() => openCommands(true)}
        onRun={() => void run.start()}
        onStop={run.stop}
        onHistory={() => setHistoryOpen(!isHistoryOpen)}
        onSettings={() => setSettingsOpen(true)}
        trail={<Breadcrumb trail={trail} />}
        people={<Colleagues presence={presence} store={store} />}
        sturdiness={<Sturdiness store={store} library={library} onShow={showNode} />}
        users={<UsedBy workflowId={workflow.id} />}
        publish={
          <Publish
            isOpen={isPublishOpen}
            setOpen={setPublishOpen}
            workflowId={workflow.id}
            nameOf={nameOf}
            liveVersion={workflow.live_version}
            saveNow={saveNow}
            onShow={showNode}
            draft={() => store.getState().document}
          />
        }
      />
      <ConflictBanner store={store} onResolved={() => void saveNow()} />
      {isHistoryOpen ? (
        <Suspense fallback={<div className={styles.body} aria-busy="true" />}>
          <HistoryView store={store} onClose={() => setHistoryOpen(false)} />
        </Suspense>
      ) : (
        <div className={styles.body}>
          <div className={styles.main}>
            <div className={styles.canvas}>
              <Canvas actions={actions}>
                <PeopleLayer presence={presence} store={store} library={library} />
                <Panel position="top-left">
                  <AddButton onPalette={onPalette} />
                </Panel>
              </Canvas>
              <TrialLayer trials={trials} store={store} onRun={followed.show} onShow={showNode} />
            </div>
            {trials.trial?.source === 'chat' ? (
              <TrialChat
                trials={trials}
                store={store}
                onRun={followed.show}
                isLive={workflow.live_version !== null}
                saveNow={saveNow}
              />
            ) : (
              <RunDrawer store={store} followed={followed} nameOf={nameOf} onSelect={showNode} />
            )}
          </div>
          {opened && (
            <OpenNode
              key={opened}
              id={opened}
              runId={followed.runId}
              onRunStep={() => void run.runStep(opened)}
              onRunToHere={() => void run.start(opened)}
              {...(trials.sourceOf(opened) && { onTry: () => void trials.open(opened) })}
              onClose={() => onOpen(null)}
            />
          )}
        </div>
      )}
      {palette && (
        <QuickAdd
          request={palette.request}
          screen={palette.screen}
          types={types.node_types}
          groups={types.groups}
          isEmptyCanvas={store.getState().document.nodes.length === 0}
          onClose={() => onPalette(null)}
          onPick={(type) => {
            const placed = placeNode(store.getState().document, type, palette.request)
            store.getState().dispatch(placed.command)
            store.getState().select([placed.node.id])
            onPalette(null)
          }}
        />
      )}
      {isSettingsOpen && (
        <Suspense>
          <WorkflowSettings
            store={store}
            schema={types.workflow_settings}
            problems={workflow.problems}
            onClose={() => setSettingsOpen(false)}
          />
        </Suspense>
      )}
      <Overlays
        isSheetOpen={isSheetOpen}
        actions={actions}
        store={store}
        showNode={showNode}
        onClose={() => setSheetOpen(false)}
      />
      <Announcer store={store} />
    </main>
  )
}

function Colleagues({ presence, store }: { presence: PresenceStore; store: WorkflowStore }) {
  const user = useQuery({ ...sessionQuery, select: (session) => session.user?.id }).data
  const flow = useReactFlow()
  const follow = (tab: string) => {
    const person = presence.getState().people.find((one) => one.id === tab)
    const [chosen] = person?.selection ?? []
    const node = chosen && findNode(store.getState().document, chosen)
    const place = person?.cursor ?? (node ? node.position : undefined)
    if (place) void flow.setCenter(place[0], place[1], { zoom: flow.getZoom(), duration: 220 })
  }
  return <PeopleHere presence={presence} userId={user} onFollow={follow} />
}

function AddButton({ onPalette }: { onPalette: (palette: OpenPalette) => void }) {
  const centre = useViewCentre()
  return (
    <IconButton
      variant="plain"
      label="Add a node"
      shortcut="Tab"
      tooltipSide="right"
      className={styles.addButton}
      icon={<Plus />}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        onPalette({ request: { position: centre() }, screen: [box.right + 8, box.top] })
      }}
    />
  )
}
