import { lazy, Suspense } from 'react'
import { Skeleton } from '@/ui/Skeleton'
import styles from './NodePanel.module.css'
import type { NodePanelProps } from './panel-types'

// The canvas is there at once; forms and tables come with the first node that is opened.
const PanelBody = lazy(async () => ({ default: (await import('./PanelBody')).PanelBody }))

/** One node, opened. */
export function NodePanel(props: NodePanelProps) {
  return (
    <Suspense fallback={<Waiting name={props.node.name} />}>
      <PanelBody {...props} />
    </Suspense>
  )
}

function Waiting({ name }: { name: string }) {
  return (
    <aside className={styles.panel} aria-label={`Node ${name}`} aria-busy="true">
      <Skeleton lines={8} />
    </aside>
  )
}
