import { useQuery } from '@tanstack/react-query'
import { KeyRound, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { credentialsQuery, credentialTypesQuery, useDeleteCredential } from '@/api/credentials'
import type { Credential } from '@/api/types'
import { CredentialDialog } from '@/forms/CredentialDialog'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { type Column, Table } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'

export function CredentialsPage() {
  const credentials = useQuery(credentialsQuery)
  const { data: types = [] } = useQuery(credentialTypesQuery)
  const [search, setSearch] = useState('')
  const [edited, setEdited] = useState<Credential | 'new' | null>(null)
  const [doomed, setDoomed] = useState<Credential | null>(null)
  const titleOf = (type: string) => types.find((each) => each.type === type)?.title ?? type
  const words = search.toLowerCase()
  const rows = (credentials.data ?? []).filter(({ name, type }) =>
    `${name} ${titleOf(type)}`.toLowerCase().includes(words),
  )
  const add = (
    <Button variant="primary" icon={<Plus />} onClick={() => setEdited('new')}>
      New credential
    </Button>
  )
  const columns: Column<Credential>[] = [
    { key: 'name', title: 'Name', cell: ({ name }) => <strong style={{ fontWeight: 500 }}>{name}</strong> },
    { key: 'type', title: 'Kind', width: '240px', cell: ({ type }) => titleOf(type), isWideOnly: true },
    { key: 'used', title: 'Used by', width: '140px', cell: usedBy, isWideOnly: true },
    { key: 'changed', title: 'Changed', width: '130px', cell: (row) => <TimeAgo at={row.updated_at} /> },
    {
      key: 'actions',
      title: '',
      width: '104px',
      align: 'end',
      cell: (row) => (
        <>
          <IconButton label={`Edit ${row.name}`} icon={<Pencil />} onClick={() => setEdited(row)} />
          <IconButton label={`Delete ${row.name}`} icon={<Trash2 />} onClick={() => setDoomed(row)} />
        </>
      ),
    },
  ]
  return (
    <Page
      title="Credentials"
      actions={
        credentials.data?.length ? (
          <>
            <SearchInput label="Search credentials" value={search} onChange={setSearch} />
            {add}
          </>
        ) : null
      }
    >
      {credentials.isPending && <Skeleton lines={5} />}
      {rows.length > 0 && <Table label="Credentials" columns={columns} rows={rows} rowKey={({ id }) => id} />}
      {credentials.data?.length === 0 && (
        <EmptyState icon={<KeyRound />} title="No credentials yet" action={add}>
          A credential is a password, key or token that nodes use by name. It is encrypted, can never be read
          back, and appears in no run, log or export.
        </EmptyState>
      )}
      {Boolean(credentials.data?.length) && rows.length === 0 && (
        <EmptyState icon={<KeyRound />} title="No credential is called that" />
      )}
      {edited && (
        <CredentialDialog
          credential={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(null)}
        />
      )}
      <DeleteCredential credential={doomed} onClose={() => setDoomed(null)} />
    </Page>
  )
}

function usedBy({ used_by: users }: Credential): string {
  if (users.length === 0) return 'nothing yet'
  return users.length === 1 ? '1 workflow' : `${users.length} workflows`
}

function DeleteCredential({ credential, onClose }: { credential: Credential | null; onClose: () => void }) {
  const remove = useDeleteCredential()
  const isUsed = (credential?.used_by.length ?? 0) > 0
  return (
    <ConfirmDialog
      isOpen={credential !== null}
      onClose={onClose}
      title={`Delete “${credential?.name}”?`}
      confirmLabel="Delete"
      isBusy={remove.isPending}
      onConfirm={() =>
        credential && remove.mutate({ id: credential.id, force: isUsed }, { onSuccess: onClose })
      }
    >
      {isUsed && credential
        ? `It is used by ${usedBy(credential)}: their nodes will fail until another is chosen. `
        : 'No workflow uses it. '}
      This cannot be undone.
    </ConfirmDialog>
  )
}
