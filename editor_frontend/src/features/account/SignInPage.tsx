import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { sessionQuery, useSignIn } from '@/api/session'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { AccountCard } from './AccountCard'

export function SignInPage() {
  const session = useQuery(sessionQuery)
  const [search] = useSearchParams()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const next = safePath(search.get('next'))
  const isElsewhere = Boolean(session.data?.user) && next.startsWith('/admin/')
  // The admin is no route of this app: the browser has to load it.
  useEffect(() => {
    if (isElsewhere) window.location.replace(next)
  }, [isElsewhere, next])
  if (session.data?.needs_owner) return <Navigate to="/welcome" replace />
  if (isElsewhere) return null
  if (session.data?.user) return <Navigate to={next} replace />
  return (
    <AccountCard
      title="Welcome back"
      intro="Sign in to draw, watch and approve."
      submitLabel="Sign in"
      isBusy={signIn.isPending}
      error={signIn.error}
      onSubmit={() => signIn.mutate({ email, password })}
    >
      <Field label="E-mail" htmlFor="email">
        <Input
          id="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label="Password" htmlFor="password">
        <Input
          id="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
    </AccountCard>
  )
}

/** Only paths of this app: an address from elsewhere must not lead people away. */
function safePath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}
