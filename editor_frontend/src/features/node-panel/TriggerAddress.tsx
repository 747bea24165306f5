import { AppWindow, Copy, MessageSquare, RadioTower } from 'lucide-react'
import type { ReactNode } from 'react'
import { asObject } from '@/forms/values'
import type { Params } from '@/graph/document'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { showToast } from '@/ui/toast-store'
import styles from './TriggerAddress.module.css'

interface TriggerAddressProps {
  /** What starts it. */
  source: string | null
  params: Params
  /** Tries it out as whoever calls it would. */
  onTry: (() => void) | undefined
}

const trials: Record<string, { label: string; icon: ReactNode; note: string }> = {
  webhook: {
    label: 'Listen for a test request',
    icon: <RadioTower />,
    note: 'Answers once the workflow is published.',
  },
  form: { label: 'Preview the form', icon: <AppWindow />, note: 'Open to anyone once it is published.' },
  chat: { label: 'Open the chat', icon: <MessageSquare />, note: 'Each message starts a run.' },
}

/** Where a trigger is reached, ready to be copied; and a way to try it before publishing. */
export function TriggerAddress({ source, params, onTry }: TriggerAddressProps) {
  const trial = source ? trials[source] : undefined
  if (!trial) return null
  const address = addressOf(source, params)
  const note = source === 'chat' && address ? trials.form?.note : trial.note
  return (
    <div className={styles.address}>
      {address && <Address {...address} />}
      <p className={styles.note}>{note}</p>
      {onTry && (
        <div className={styles.trial}>
          <Button size="small" icon={trial.icon} onClick={onTry}>
            {trial.label}
          </Button>
        </div>
      )}
    </div>
  )
}

function Address({ method, url }: { method: string; url: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    showToast('Address copied', { tone: 'success' })
  }
  return (
    <>
      <span className={styles.method}>{method}</span>
      <code className={styles.url}>{url}</code>
      <IconButton label="Copy the address" size="small" icon={<Copy />} onClick={() => void copy()} />
    </>
  )
}

function addressOf(source: string | null, params: Params): { method: string; url: string } | null {
  const { path } = source === 'chat' ? asObject(params.page) : params
  if (!source || typeof path !== 'string' || path === '') return null
  const url = `${window.location.origin}/${source}/${path.replace(/^\/+/, '')}`
  return { method: source === 'webhook' ? String(params.method ?? 'POST') : 'GET', url }
}
