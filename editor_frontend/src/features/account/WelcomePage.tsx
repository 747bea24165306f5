import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate } from 'react-router'
import { ApiError } from '@/api/client'
import { sessionQuery, useCreateOwner } from '@/api/session'
import { NewPasswordField } from '@/forms/NewPasswordField'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { AccountCard } from './AccountCard'

/** First run: whoever comes first becomes the owner. */
export function WelcomePage() {
  const session = useQuery(sessionQuery)
  const [owner, setOwner] = useState({ name: '', email: '', password: '' })
  const create = useCreateOwner()
  if (session.data?.user) return <Navigate to="/" replace />
  if (session.data && !session.data.needs_owner) return <Navigate to="/signin" replace />
  const problemOf = (field: string) =>
    create.error instanceof ApiError
      ? create.error.problems.find(({ path }) => path.endsWith(field))?.message
      : undefined
  const hasOwnPlace = Boolean(problemOf('name') ?? problemOf('email') ?? problemOf('password'))
  return (
    <AccountCard
      title="Set up Orchestrator"
      intro="Create the owner account. It stays on this server; you can invite others later."
      submitLabel="Create the account"
      isBusy={create.isPending}
      error={hasOwnPlace ? null : create.error}
      onSubmit={() => create.mutate(owner)}
    >
      <Field label="Your name" htmlFor="name" problem={problemOf('name')}>
        <Input
          id="name"
          autoComplete="name"
          autoFocus
          value={owner.name}
          onChange={(event) => setOwner({ ...owner, name: event.target.value })}
        />
      </Field>
      <Field label="E-mail" htmlFor="email" isRequired problem={problemOf('email')}>
        <Input
          id="email"
          type="email"
          autoComplete="username"
          required
          value={owner.email}
          onChange={(event) => setOwner({ ...owner, email: event.target.value })}
        />
      </Field>
      <NewPasswordField
        id="password"
        label="Password"
        problem={problemOf('password')}
        value={owner.password}
        onChange={(password) => setOwner({ ...owner, password })}
      />
    </AccountCard>
  )
}
