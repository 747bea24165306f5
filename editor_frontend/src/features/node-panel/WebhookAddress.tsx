import { Copy, RadioTower } from 'lucide-react'
import type { Params } from '@/graph/document'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { showToast } from '@/ui/toast-store'
import styles from './WebhookAddress.module.css'

interface WebhookAddressProps {
  params: Params
  /** Listens for a test request. */
  onTry: (() => void) | undefined
}

/** Where to send requests to, ready to be copied; and a way to see one before publishing. */
export function WebhookAddress({ params, onTry }: WebhookAddressProps) {
  const { path, method = 'POST' } = params
  if (typeof path !== 'string' || path === '') return null
  const url = `${window.location.origin}/webhook/${path.replace(/^\/+/, '')}`
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    showToast('Address copied', { tone: 'success' })
  }
  return (
    <div className={styles.address}>
      <span className={styles.method}>{String(method)}</span>
      <code className={styles.url}>{url}</code>
      <IconButton label="Copy the address" size="small" icon={<Copy />} onClick={() => void copy()} />
      <p className={styles.note}>Answers once the workflow is published.</p>
      {onTry && (
        <div className={styles.trial}>
          <Button size="small" icon={<RadioTower />} onClick={onTry}>
            Listen for a test request
          </Button>
        </div>
      )}
    </div>
  )
}
