import type { FormEvent, ReactNode } from 'react'
import { errorText } from '@/api/client'
import { Button } from '@/ui/Button'
import styles from './AccountCard.module.css'

interface AccountCardProps {
  title: string
  intro: ReactNode
  submitLabel: string
  isBusy: boolean
  error: unknown
  onSubmit: () => void
  children: ReactNode
}

export function AccountCard({
  title,
  intro,
  submitLabel,
  isBusy,
  error,
  onSubmit,
  children,
}: AccountCardProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <main className={styles.page}>
      <title>{`${title} · Orchestrator`}</title>
      <form className={styles.card} onSubmit={submit}>
        <img className={styles.logo} src="/favicon.svg" alt="" />
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.intro}>{intro}</p>
        {children}
        {Boolean(error) && (
          <p className={styles.error} role="alert">
            {errorText(error)}
          </p>
        )}
        <Button type="submit" variant="primary" size="large" isBusy={isBusy}>
          {submitLabel}
        </Button>
      </form>
    </main>
  )
}
