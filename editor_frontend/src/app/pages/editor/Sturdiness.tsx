import { useFacts } from '@/features/canvas/canvas-context'
import { FragilityMeter } from '@/features/editor/FragilityMeter'
import { findNode } from '@/graph/document'
import { fragilityOf } from '@/graph/fragility'
import { mendAll, mendOf } from '@/graph/mends'
import { moduleCandidate } from '@/graph/module-candidate'
import type { NodeLibrary } from '@/graph/node-type'
import { type Problem, validate } from '@/graph/validate'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'

interface SturdinessProps {
  store: WorkflowStore
  library: NodeLibrary
  onShow: (nodeId: string) => void
}

const tooMuch = new Set(['workflow.large', 'workflow.deep'])

/** The fragility meter of the open workflow; its mends are commands like any other. */
export function Sturdiness({ store, library, onShow }: SturdinessProps) {
  const fragility = useFacts((facts) => facts.fragility)
  const now = () => store.getState().document
  const offer = (finding: Problem) => {
    if (tooMuch.has(finding.code)) return { title: 'Choose a part for a module', isSafe: false }
    const mend = mendOf(finding, now(), library)
    return mend && { title: mend.title, isSafe: mend.isRemoval !== true }
  }
  const mend = (finding: Problem) => {
    if (tooMuch.has(finding.code)) choosePart(store, library, onShow)
    else {
      const found = mendOf(finding, now(), library)
      if (found) store.getState().dispatch(found.command)
    }
  }
  const mendEverything = () => {
    const document = now()
    const { findings } = fragilityOf(document, library, validate(document, library), store.getState().id)
    const command = mendAll(findings, document, library)
    if (command) store.getState().dispatch(command)
  }
  return (
    <FragilityMeter
      fragility={fragility}
      nameOf={(id) => findNode(now(), id)?.name ?? ''}
      mendOf={offer}
      onMend={mend}
      onMendAll={mendEverything}
      onShow={onShow}
    />
  )
}

function choosePart(store: WorkflowStore, library: NodeLibrary, onShow: (id: string) => void): void {
  const part = moduleCandidate(store.getState().document, library)
  const [first] = part
  if (!first) {
    showToast('No part has one way in and one way out. Select the nodes of one yourself, then Alt+X.')
    return
  }
  onShow(first)
  store.getState().select(part)
  showToast(`${part.length} nodes are selected. Alt+X makes a module of them.`)
}
