import { useInfiniteQuery } from '@tanstack/react-query'
import { workflowsQuery } from '@/api/workflows'
import { Select } from '@/ui/Input'

interface WorkflowSelectProps {
  value: string
  onChange: (value: string) => void
  label?: string
  /** Before the workflows. */
  first?: readonly { value: string; label: string }[]
}

const everyWorkflow = [{ value: '', label: 'All workflows' }]

/** Chooses a workflow among the latest, or something before them; small, for the head of a list. */
export function WorkflowSelect(props: WorkflowSelectProps) {
  const { value, onChange, label = 'Workflow', first = everyWorkflow } = props
  const { data } = useInfiniteQuery(workflowsQuery())
  const known = data?.pages.flatMap((page) => page.items) ?? []
  const options = [...first, ...known.map(({ id, name }) => ({ value: id, label: name }))]
  if (!options.some((option) => option.value === value)) options.push({ value, label: 'This workflow' })
  return (
    <Select
      aria-label={label}
      style={{ width: 'auto', maxWidth: 220 }}
      options={options}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
