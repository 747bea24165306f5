import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Radio, RadioTower } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { listeningKey, listeningQuery, stopListening } from '@/api/listening'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { showToast } from '@/ui/toast-store'
import { useClock } from '@/ui/use-clock'
import styles from './trials.module.css'

interface ListenCardProps {
  workflowId: string
  nodeName: string
  onReceived: (runId: string) => void
  onAgain: () => void
  onClose: () => void
}

/** Over the canvas while a test request is waited for: where to send it, and how long it is taken. */
export function ListenCard({ workflowId, nodeName, onReceived, onAgain, onClose }: ListenCardProps) {
  const client = useQueryClient()
  const { data } = useQuery(listeningQuery(workflowId))
  const now = useClock(data?.status === 'listening', 1000)
  const runId = data?.run_id
  const told = useRef<string | null>(null)
  useEffect(() => {
    if (!runId || told.current === runId) return
    told.current = runId
    onReceived(runId)
  }, [runId, onReceived])
  if (!data || data.status === 'received') return null
  const stop = async () => {
    onClose()
    await stopListening(workflowId).catch(() => undefined)
    client.setQueryData(listeningKey(workflowId), null)
  }
  const left = Math.max(0, Math.ceil((new Date(data.expires_at).getTime() - now) / 1000))
  if (data.status === 'expired') {
    return (
      <section className={styles.card} aria-label="Test request">
        <p className={styles.title}>
          <Radio aria-hidden="true" />
          <strong>No request came within two minutes.</strong>
        </p>
        <div className={styles.actions}>
          <Button size="small" onClick={onClose}>
            Close
          </Button>
          <Button size="small" variant="primary" onClick={onAgain}>
            Listen again
          </Button>
        </div>
      </section>
    )
  }
  return (
    <section className={styles.card} aria-label="Test request">
      <p className={styles.title}>
        <RadioTower aria-hidden="true" className={styles.pulse} />
        <strong role="status">Listening for a test request to “{nodeName}”</strong>
        <span className={styles.left} role="timer" aria-label={`${left} seconds left`}>
          {`${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`}
        </span>
      </p>
      <Address method={data.method} url={window.location.origin + data.address} />
      <div className={styles.actions}>
        <span className={styles.quiet}>The first request runs this draft, here on the canvas.</span>
        <Button size="small" onClick={() => void stop()}>
          Stop listening
        </Button>
      </div>
    </section>
  )
}

function Address({ method, url }: { method: string; url: string }) {
  const copy = async (text: string, what: string) => {
    await navigator.clipboard.writeText(text)
    showToast(`${what} copied`, { tone: 'success' })
  }
  return (
    <div className={styles.address}>
      <span className={styles.method}>{method}</span>
      <code className={styles.url}>{url}</code>
      <IconButton
        label="Copy the test address"
        size="small"
        icon={<Copy />}
        onClick={() => void copy(url, 'Test address')}
      />
      <Button size="small" variant="ghost" onClick={() => void copy(curlOf(method, url), 'Command')}>
        Copy as curl
      </Button>
    </div>
  )
}

function curlOf(method: string, url: string): string {
  const verb = method === 'ANY' ? 'POST' : method
  if (verb === 'GET') return `curl '${url}?try=1'`
  if (verb === 'HEAD') return `curl -I '${url}'`
  return `curl -X ${verb} '${url}' -H 'Content-Type: application/json' -d '{"try": 1}'`
}
