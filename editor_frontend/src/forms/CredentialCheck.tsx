import { CircleAlert, CircleCheck, PlugZap } from 'lucide-react'
import { useId, useState } from 'react'
import { errorText } from '@/api/client'
import { type CheckBody, useCheckCredential } from '@/api/credentials'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Input } from '@/ui/Input'
import styles from './CredentialCheck.module.css'
import { sentences } from './sentences'

interface CredentialCheckProps {
  /** Whether an address to try it at is needed. */
  needs: 'nothing' | 'url'
  /** A stored credential, or what was entered. */
  body: CheckBody
}

/** Tries a credential against its service and says what came of it. */
export function CredentialCheck({ needs, body }: CredentialCheckProps) {
  const check = useCheckCredential()
  const [url, setUrl] = useState('')
  const fieldId = useId()
  const [tried, setTried] = useState('')
  const key = JSON.stringify(body)
  const isCurrent = tried === key + url
  const run = () => {
    setTried(key + url)
    check.mutate({ ...body, url })
  }
  return (
    <div className={styles.check}>
      {needs === 'url' && (
        <label className={styles.label} htmlFor={fieldId}>
          Try it at an address that asks for it
        </label>
      )}
      <div className={styles.row}>
        {needs === 'url' && (
          <Input
            id={fieldId}
            type="url"
            placeholder="https://api.example.com/me"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
        <Button
          size="small"
          icon={<PlugZap />}
          isBusy={check.isPending}
          disabled={needs === 'url' && url === ''}
          onClick={run}
        >
          Test
        </Button>
      </div>
      <div role="status">
        {isCurrent && check.data && (
          <p className={classes(styles.result, check.data.ok ? styles.good : styles.bad)}>
            {check.data.ok ? <CircleCheck aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
            <span>{sentences(check.data.message, check.data.hint)}</span>
          </p>
        )}
        {isCurrent && check.error && (
          <p className={classes(styles.result, styles.bad)}>
            <CircleAlert aria-hidden="true" />
            <span>{errorText(check.error)}</span>
          </p>
        )}
      </div>
    </div>
  )
}
