import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, errorText } from '@/api/client'
import { credentialTypesQuery, useSaveCredential } from '@/api/credentials'
import type { Credential, JsonObject, Problem } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input, Select } from '@/ui/Input'
import { CredentialCheck } from './CredentialCheck'
import styles from './CredentialDialog.module.css'
import { SchemaForm } from './SchemaForm'
import type { Schema } from './schema'

interface CredentialDialogProps {
  /** To change; absent to make a new one. */
  credential?: Credential
  /** Of a new one, when only this type fits. */
  type?: string
  onClose: () => void
  onSaved?: (credential: Credential) => void
}

/** Secrets go in and never come back: changing one means typing all its fields again. */
export function CredentialDialog({ credential, type: wantedType, onClose, onSaved }: CredentialDialogProps) {
  const types = useQuery(credentialTypesQuery)
  const save = useSaveCredential()
  const [chosenType, setChosenType] = useState(credential?.type ?? wantedType)
  const type = types.data?.find((each) => each.type === (chosenType ?? types.data?.[0]?.type))
  const [name, setName] = useState(credential?.name ?? '')
  const [data, setData] = useState<Record<string, unknown> | null>(credential ? null : {})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (!type) return
    const body = { id: credential?.id, name: name.trim() || type.title, type: type.type }
    save.mutate(data ? { ...body, data: data as JsonObject } : body, {
      onSuccess: (saved) => {
        onSaved?.(saved)
        onClose()
      },
    })
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={credential ? 'Edit credential' : 'New credential'}
      description="Encrypted on the server. Nobody can read it back, not even you."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="credential-form"
            variant="primary"
            isBusy={save.isPending}
            disabled={!type}
          >
            Save
          </Button>
        </>
      }
    >
      <form id="credential-form" className={styles.form} onSubmit={submit} noValidate>
        {!credential && !wantedType && (
          <Field label="Kind" htmlFor="credential-type">
            <Select
              id="credential-type"
              options={(types.data ?? []).map((each) => ({ value: each.type, label: each.title }))}
              value={type?.type}
              onChange={(event) => {
                setChosenType(event.target.value)
                setData({})
              }}
            />
          </Field>
        )}
        <Field label="Name" htmlFor="credential-name" help="How you will find it in a list.">
          <Input
            id="credential-name"
            placeholder={type?.title}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        {type && data && (
          <SchemaForm
            key={type.type}
            idPrefix="credential"
            schema={type.fields_schema as Schema}
            value={data}
            onChange={setData}
            problems={fieldProblems(save.error)}
          />
        )}
        {!data && (
          <Button size="small" className={styles.replace} onClick={() => setData({})}>
            Replace the secret fields
          </Button>
        )}
        {type?.check && (
          <CredentialCheck
            needs={type.check}
            body={data ? { type: type.type, data: data as JsonObject } : { id: credential?.id }}
          />
        )}
        {save.error && fieldProblems(save.error).length === 0 && (
          <p className={styles.error} role="alert">
            {errorText(save.error)}
          </p>
        )}
      </form>
    </Dialog>
  )
}

/** `body.data.host` → `host`. */
function fieldProblems(error: unknown): Problem[] {
  if (!(error instanceof ApiError)) return []
  return error.problems
    .filter(({ path }) => /(^|\.)data\./.test(path))
    .map((problem) => ({ ...problem, path: problem.path.replace(/^.*?\bdata\./, '') }))
}
