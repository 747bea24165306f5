import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { tokensQuery, useDeleteToken } from '@/api/tokens'
import type { Token } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { Section } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { type Column, Table } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'
import { NewTokenDialog } from './NewTokenDialog'

export function TokenSection() {
  const tokens = useQuery(tokensQuery)
  const revoke = useDeleteToken()
  const [isCreating, setCreating] = useState(false)
  const [doomed, setDoomed] = useState<Token | null>(null)
  const create = (
    <Button variant="primary" icon={<Plus />} onClick={() => setCreating(true)}>
      New token
    </Button>
  )
  const columns: Column<Token>[] = [
    { key: 'name', title: 'Name', cell: (token) => token.name },
    { key: 'prefix', title: 'Begins with', cell: (token) => <code>{token.prefix}…</code>, isWideOnly: true },
    {
      key: 'created',
      title: 'Created',
      cell: (token) => <TimeAgo at={token.created_at} />,
      isWideOnly: true,
    },
    {
      key: 'used',
      title: 'Last used',
      cell: (token) => (token.last_used_at ? <TimeAgo at={token.last_used_at} /> : 'never'),
    },
    {
      key: 'revoke',
      title: '',
      align: 'end',
      width: '60px',
      cell: (token) => (
        <IconButton label={`Revoke ${token.name}`} icon={<Trash2 />} onClick={() => setDoomed(token)} />
      ),
    },
  ]
  return (
    <Section title="API tokens" actions={tokens.data?.length ? create : undefined}>
      {tokens.isPending && <Skeleton />}
      {tokens.data?.length === 0 && (
        <EmptyState icon={<KeyRound />} title="No tokens yet" action={create}>
          A token lets a program start workflows, read runs and decide tasks in your name. Send it as{' '}
          <code>Authorization: Bearer …</code>.
        </EmptyState>
      )}
      {Boolean(tokens.data?.length) && (
        <Table label="API tokens" columns={columns} rows={tokens.data ?? []} rowKey={(token) => token.id} />
      )}
      <NewTokenDialog isOpen={isCreating} onClose={() => setCreating(false)} />
      <ConfirmDialog
        isOpen={doomed !== null}
        onClose={() => setDoomed(null)}
        title={`Revoke “${doomed?.name}”?`}
        confirmLabel="Revoke"
        isBusy={revoke.isPending}
        onConfirm={() => doomed && revoke.mutate(doomed.id, { onSuccess: () => setDoomed(null) })}
      >
        Programs that use this token are shut out at once. This cannot be undone.
      </ConfirmDialog>
    </Section>
  )
}
