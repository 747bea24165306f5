import { Check, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SaveState } from '@/graph/workflow-store'
import { Badge, type Tone } from '@/ui/Badge'

const looks: Record<SaveState['status'], { tone: Tone; icon: ReactNode; text: string }> = {
  saved: { tone: 'neutral', icon: <Check aria-hidden="true" />, text: 'draft · saved' },
  unsaved: { tone: 'neutral', icon: <LoaderCircle aria-hidden="true" />, text: 'draft · saving' },
  saving: { tone: 'neutral', icon: <LoaderCircle aria-hidden="true" />, text: 'draft · saving' },
  offline: { tone: 'waiting', icon: <CloudOff aria-hidden="true" />, text: 'offline · kept here' },
  refused: { tone: 'failed', icon: <TriangleAlert aria-hidden="true" />, text: 'not saved' },
  conflict: { tone: 'waiting', icon: <TriangleAlert aria-hidden="true" />, text: 'edited elsewhere' },
}

/** Says where the edits are. */
export function SaveBadge({ save }: { save: SaveState }) {
  const { tone, icon, text } = looks[save.status]
  return (
    <span role="status" title={save.status === 'refused' ? save.message : undefined}>
      <Badge tone={tone} icon={icon}>
        {text}
      </Badge>
    </span>
  )
}
