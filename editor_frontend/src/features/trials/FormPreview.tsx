import { ExternalLink, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '@/ui/IconButton'
import styles from './trials.module.css'

interface FormPreviewProps {
  workflowId: string
  node: string
  name: string
  /** Grows with each save: what is shown is the saved draft. */
  revision: number
  onClose: () => void
}

/** Beside the canvas: the draft's form as people will see it; sending it runs the draft. */
export function FormPreview({ workflowId, node, name, revision, onClose }: FormPreviewProps) {
  const [round, setRound] = useState(0)
  const address = `/form-test/${workflowId}/${encodeURIComponent(node)}`
  return (
    <section className={styles.preview} aria-label="Preview of the form">
      <header className={styles.previewHead}>
        <strong>{name}</strong>
        <span className={styles.quiet}>Sending it runs this draft.</span>
        <IconButton
          size="small"
          label="Fill it in again"
          icon={<RotateCw />}
          onClick={() => setRound(round + 1)}
        />
        <IconButton
          size="small"
          label="Open the preview in a tab"
          icon={<ExternalLink />}
          onClick={() => window.open(address, '_blank', 'noopener')}
        />
        <IconButton size="small" label="Close the preview" icon={<X />} onClick={onClose} />
      </header>
      <iframe
        key={`${revision} ${round}`}
        src={address}
        title="The form"
        sandbox="allow-forms allow-same-origin allow-scripts"
      />
    </section>
  )
}
