import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { credentialsQuery, credentialTypesQuery } from '@/api/credentials'
import { Button } from '@/ui/Button'
import { Select } from '@/ui/Input'
import { CredentialCheck } from '../CredentialCheck'
import { CredentialDialog } from '../CredentialDialog'
import { type ControlProps, useForm, useProblem } from '../form-context'
import styles from './nested.module.css'

/** Chooses a stored credential of one type, or makes one in place. */
export function CredentialControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const [isCreating, setCreating] = useState(false)
  const credentials = useQuery(credentialsQuery)
  const type = schema.ui?.credential_type
  const fitting = (credentials.data ?? []).filter((each) => !type || each.type === type)
  const { data: types = [] } = useQuery(credentialTypesQuery)
  const check = types.find((each) => each.type === type)?.check
  const isKnown = fitting.some((each) => each.id === value)
  const chosen = typeof value === 'string' ? value : ''
  const options = [
    ...(isKnown ? [] : [{ value: chosen, label: chosen ? 'Deleted credential' : 'Choose…' }]),
    ...fitting.map((each) => ({ value: each.id, label: each.name })),
  ]
  return (
    <div className={styles.stack}>
      <div className={styles.row}>
        <div className={styles.grow}>
          <Select
            id={id}
            aria-label={label}
            options={options}
            value={chosen}
            disabled={isReadOnly}
            isInvalid={isInvalid || (chosen !== '' && credentials.isSuccess && !isKnown)}
            onChange={(event) => onChange(event.target.value)}
          />
        </div>
        {!isReadOnly && (
          <Button icon={<Plus />} onClick={() => setCreating(true)}>
            New
          </Button>
        )}
      </div>
      {isKnown && check === 'nothing' && !isReadOnly && (
        <CredentialCheck key={chosen} needs={check} body={{ id: chosen }} />
      )}
      {isCreating && (
        <CredentialDialog
          type={type}
          onClose={() => setCreating(false)}
          onSaved={(credential) => onChange(credential.id)}
        />
      )}
    </div>
  )
}
