import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { errorText } from '@/api/client'
import { workflowQuery, workflowsQuery } from '@/api/workflows'
import { Combobox } from '@/ui/Combobox'
import { useDebounced } from '@/ui/use-debounced'
import { type ControlProps, useForm, useProblem } from '../form-context'
import styles from './nested.module.css'

const typingPauseMs = 200

/** Chooses a workflow by its name; what is kept is its id. */
export function WorkflowControl({ id, label, path, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const [search, setSearch] = useState<string | null>(null)
  const settled = useDebounced(search ?? '', typingPauseMs)
  const chosen = typeof value === 'string' ? value : ''
  const own = useQuery({
    ...workflowQuery(chosen),
    enabled: chosen !== '',
    retry: false,
  })
  const found = useInfiniteQuery({
    ...workflowsQuery({ search: settled }),
    enabled: search !== null,
    placeholderData: keepPreviousData,
  })
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? []
  const status = () => {
    if (found.error) return errorText(found.error)
    if (found.isPending) return 'Looking…'
    return rows.length === 0 ? 'No workflow is called that.' : null
  }
  return (
    <div className={styles.stack}>
      <Combobox
        id={id}
        label={label}
        value={chosen}
        text={own.data?.name ?? chosen}
        placeholder="Choose a workflow"
        isReadOnly={isReadOnly}
        isInvalid={isInvalid || own.isError}
        choices={rows.map((row) => ({
          value: row.id,
          label: row.name,
          note: row.live_version ? `live, version ${row.live_version}` : 'not published',
        }))}
        status={status()}
        onChange={onChange}
        onSearch={setSearch}
        onRefresh={() => void found.refetch()}
      />
      {own.data && (
        <a className={styles.none} href={`/workflows/${chosen}`} target="_blank" rel="noreferrer">
          {own.data.live_version ? 'Open it in a new tab' : 'Not published yet: open it in a new tab'}
        </a>
      )}
    </div>
  )
}
