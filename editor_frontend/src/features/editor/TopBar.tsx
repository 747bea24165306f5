import { History, Play, Search, Settings2, Square } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { WorkflowStore } from '@/graph/workflow-store'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Kbd } from '@/ui/Kbd'
import styles from './editor.module.css'
import { NameField } from './NameField'
import { SaveBadge } from './SaveBadge'

export interface TopBarProps {
  store: WorkflowStore
  liveVersion: number | null
  draftDiffers: boolean
  isRunning: boolean
  isStarting: boolean
  onFind: () => void
  onRun: () => void
  onStop: () => void
  onHistory: () => void
  onSettings: () => void
  /** Where one came from, before the name; who uses this workflow, after it. */
  trail?: ReactNode
  users?: ReactNode
  /** How easily it breaks. */
  sturdiness?: ReactNode
  /** Who else is here. */
  people?: ReactNode
  /** The button that opens the publish panel. */
  publish: ReactNode
}

export function TopBar(props: TopBarProps) {
  const save = useStore(props.store, (state) => state.save)
  const isEmpty = useStore(props.store, (state) => state.document.nodes.length === 0)
  return (
    <header className={styles.topBar}>
      {props.trail}
      <NameField store={props.store} />
      <SaveBadge save={save} />
      <LiveBadge version={props.liveVersion} draftDiffers={props.draftDiffers} />
      {props.users}
      <span className={styles.spacer} />
      {props.people}
      <button type="button" className={styles.findAnything} onClick={props.onFind}>
        <Search aria-hidden="true" />
        <span>Find or do anything</span>
        <Kbd keys="Ctrl+K" />
      </button>
      {props.sturdiness}
      <IconButton label="Workflow settings" icon={<Settings2 />} onClick={props.onSettings} />
      <IconButton label="History" icon={<History />} onClick={props.onHistory} />
      {props.isRunning ? (
        <Button icon={<Square aria-hidden="true" />} onClick={props.onStop}>
          Stop
        </Button>
      ) : (
        <Button
          icon={<Play aria-hidden="true" />}
          isBusy={props.isStarting}
          disabled={isEmpty}
          onClick={props.onRun}
        >
          Run <Kbd keys="Ctrl+Enter" />
        </Button>
      )}
      {props.publish}
    </header>
  )
}

function LiveBadge({ version, draftDiffers }: { version: number | null; draftDiffers: boolean }) {
  if (version === null) return <Badge>not published</Badge>
  const title = draftDiffers ? 'The draft differs from the live version' : 'The draft is what is live'
  return (
    <span title={title}>
      <Badge tone="succeeded" icon={<span className={styles.dot} aria-hidden="true" />}>
        live v{version}
        {draftDiffers && <span className={styles.differs}>· draft differs</span>}
      </Badge>
    </span>
  )
}
