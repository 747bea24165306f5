import { lazy, Suspense } from 'react'
import type { NodeTypeInfo } from '@/graph/node-type'
import { Skeleton } from '@/ui/Skeleton'

const NodeHelp = lazy(async () => ({ default: (await import('./NodeHelp')).NodeHelp }))

/** The help of one node type, fetched when it is first looked at. */
export function NodeHelpTab({ type }: { type: NodeTypeInfo | undefined }) {
  if (!type) return <p>Nothing is known of this node type.</p>
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <NodeHelp type={type} />
      <p style={{ padding: '0 16px 16px' }}>
        <a href={`/help/${type.key}`} target="_blank" rel="noreferrer">
          Open this page in a new tab
        </a>
      </p>
    </Suspense>
  )
}
