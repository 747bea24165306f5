import { ArrowDownToLine } from 'lucide-react'
import { useState } from 'react'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'
import { DataPane } from './DataPane'
import styles from './DataPane.module.css'
import { outputSource, stepsOf } from './data-source'
import { RunHereButton, StepSelect } from './PaneControls'
import type { NodePanelProps } from './panel-types'
import type { PanelData } from './use-panel-data'

/** What came in, or what any node before this one gave. */
export function InputPane({ props, data }: { props: NodePanelProps; data: PanelData }) {
  const { runId, runState, nodeType } = props
  const [lookedAt, lookAt] = useState('')
  const other = data.upstream.find(({ id }) => id === lookedAt)
  const source = other ? outputSource(stepsOf(runState, other.id).at(-1)) : data.input
  const options = [
    { value: '', label: 'This node’s input' },
    ...data.upstream.map(({ id, name }) => ({ value: id, label: `Output of ${name}` })),
  ]
  const selector = (
    <>
      {data.upstream.length > 0 && (
        <Select
          aria-label="Whose data"
          className={styles.select}
          options={options}
          value={lookedAt}
          onChange={(event) => lookAt(event.target.value)}
        />
      )}
      {!other && <StepSelect data={data} />}
    </>
  )
  if (nodeType?.is_trigger && !source) {
    return (
      <EmptyState icon={<ArrowDownToLine />} title="Runs start here">
        A trigger has no node before it. What starts the run is shown under Output.
      </EmptyState>
    )
  }
  if (!runId || !source) {
    return (
      <>
        {data.upstream.length > 0 && <div className={styles.bar}>{selector}</div>}
        <EmptyState icon={<ArrowDownToLine />} title="No input yet" action={<RunHereButton props={props} />}>
          Run the workflow, and the items that reach this node appear here, ready to be dragged onto its
          params.
        </EmptyState>
      </>
    )
  }
  const start = other ? `$('${other.name.replaceAll("'", "\\'")}').item.json` : '$json'
  return (
    <DataPane
      key={`${source.step}/${source.side}`}
      runId={runId}
      source={source}
      start={start}
      current={other ? undefined : data.item}
      onCurrent={other ? undefined : data.chooseItem}
      side={other || source.side === 'out' ? undefined : 'in'}
    >
      {selector}
    </DataPane>
  )
}
