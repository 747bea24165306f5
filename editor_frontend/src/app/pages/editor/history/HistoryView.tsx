import { useQuery } from '@tanstack/react-query'
import { History, RotateCcw, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { versionQuery, versionsQuery } from '@/api/workflows'
import { ChangeList } from '@/features/editor/ChangeList'
import styles from '@/features/editor/history.module.css'
import { VersionList } from '@/features/editor/VersionList'
import { type Comparison, compareDocuments, restoreDocument } from '@/graph/compare'
import { completeDocument, type WorkflowDocument } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { Select } from '@/ui/Input'
import { showToast } from '@/ui/toast-store'
import { VersionCanvas } from './VersionCanvas'

interface HistoryViewProps {
  store: WorkflowStore
  onClose: () => void
}

const draft = 'draft'

/** Versions of the workflow, and what is different between any two of them. */
export function HistoryView({ store, onClose }: HistoryViewProps) {
  const id = store.getState().id
  const versions = useQuery(versionsQuery(id))
  const list = versions.data ?? []
  const [picked, setPicked] = useState<string | null>(null)
  const [other, setOther] = useState(draft)
  const chosen = picked ?? list[0]?.id ?? null
  const before = useVersion(id, chosen)
  const open = useStore(store, (state) => state.document)
  const later = useVersion(id, other === draft ? null : other)
  const after = other === draft ? open : later
  const compared = useMemo(() => (before && after ? compareDocuments(before, after) : null), [before, after])
  const number = list.find((version) => version.id === chosen)?.number
  const [shown, setShown] = useState<string | null>(null)
  useEscape(onClose)
  const restore = () => {
    if (!before) return
    store.getState().dispatch(restoreDocument(before, `Restore version ${number}`))
    showToast(`The draft is version ${number} again. Ctrl+Z takes that back.`, { tone: 'success' })
    onClose()
  }
  return (
    <section className={styles.history} aria-label="History">
      <header className={styles.head}>
        <h2>History</h2>
        {chosen && (
          <label className={styles.with} htmlFor="compared-with">
            Version {number} compared with
            <Select
              id="compared-with"
              value={other}
              onChange={(event) => setOther(event.target.value)}
              options={[
                { value: draft, label: 'the draft' },
                ...list.map((version) => ({ value: version.id, label: `version ${version.number}` })),
              ]}
            />
          </label>
        )}
        <span className={styles.spacer} />
        {chosen && (
          <Button icon={<RotateCcw aria-hidden="true" />} disabled={!before} onClick={restore}>
            Restore version {number}
          </Button>
        )}
        <IconButton label="Close the history" shortcut="Esc" icon={<X />} onClick={onClose} />
      </header>
      {versions.isSuccess && list.length === 0 ? (
        <EmptyState icon={<History />} title="No versions yet">
          Publishing keeps a version. Then it can be compared with the draft here, and brought back.
        </EmptyState>
      ) : (
        <div className={styles.columns}>
          <aside className={styles.side}>
            <VersionList versions={list} chosen={chosen} onChoose={setPicked} />
          </aside>
          {compared ? (
            <VersionCanvas key={`${chosen} ${other}`} compared={compared} shown={shown} />
          ) : (
            <div />
          )}
          <Changes compared={compared} onShow={setShown} />
        </div>
      )}
    </section>
  )
}

function Changes({ compared, onShow }: { compared: Comparison | null; onShow: (id: string) => void }) {
  return (
    <aside className={styles.side}>
      <h3>Since then</h3>
      {compared && <ChangeList changes={compared.changes} moved={compared.moved} onShow={onShow} />}
    </aside>
  )
}

function useVersion(workflowId: string, versionId: string | null): WorkflowDocument | null {
  const found = useQuery({ ...versionQuery(workflowId, versionId ?? ''), enabled: versionId !== null })
  return useMemo(
    () => (versionId && found.data ? completeDocument(found.data.document) : null),
    [versionId, found.data],
  )
}

function useEscape(onClose: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) onClose()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [onClose])
}
