import { Play } from 'lucide-react'
import { Button } from '@/ui/Button'
import { Select } from '@/ui/Input'
import styles from './DataPane.module.css'
import type { NodePanelProps } from './panel-types'
import type { PanelData } from './use-panel-data'

/** Which activation of the node, when it had several. */
export function StepSelect({ data }: { data: PanelData }) {
  if (data.steps.length < 2) return null
  return (
    <Select
      aria-label="Which step"
      className={styles.select}
      options={data.steps.map((step, index) => ({
        value: step.step,
        label: `Step ${index + 1} of ${data.steps.length}${step.status === 'failed' ? ', failed' : ''}`,
      }))}
      value={data.step?.step}
      onChange={(event) => data.chooseStep(event.target.value)}
    />
  )
}

export function RunHereButton({ props }: { props: NodePanelProps }) {
  if (!props.onRunToHere || props.readOnly) return null
  return (
    <Button icon={<Play />} onClick={props.onRunToHere}>
      Run to here
    </Button>
  )
}
