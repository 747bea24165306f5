import { Select } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'

/** Chooses a step of the workflow by its name; what is kept is its id. */
export function NodeControl({ id, label, path, value, onChange }: ControlProps) {
  const { isReadOnly, nodes } = useForm()
  const isInvalid = useProblem(path) !== null
  const chosen = typeof value === 'string' ? value : ''
  const options = nodes.map((node) => ({ value: node.id, label: node.name }))
  const isKnown = nodes.some((node) => node.id === chosen)
  return (
    <Select
      id={id}
      aria-label={label}
      options={isKnown ? options : [{ value: chosen, label: chosen || 'Choose a step' }, ...options]}
      value={chosen}
      disabled={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
