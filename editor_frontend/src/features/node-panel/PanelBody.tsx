import { useState } from 'react'
import { Tabs } from '@/ui/Tabs'
import { InputPane } from './InputPane'
import { createLineage, LineageContext } from './lineage'
import styles from './NodePanel.module.css'
import { OutputPane } from './OutputPane'
import { PanelHeader } from './PanelHeader'
import { ParamsPane } from './ParamsPane'
import type { NodePanelProps } from './panel-types'
import { SettingsPane } from './SettingsPane'
import { usePanelData } from './use-panel-data'
import { WidePanel } from './WidePanel'

/** One node, opened: Input | Params | Output beside the canvas, or wide over it. */
export function PanelBody(props: NodePanelProps) {
  const data = usePanelData(props)
  const [lineage] = useState(createLineage)
  const [tab, setTab] = useState('params')
  const [isWide, setWide] = useState(false)
  const header = (
    <PanelHeader props={props} data={data} isWide={isWide} onToggleWide={() => setWide(!isWide)} />
  )
  if (isWide)
    return (
      <LineageContext value={lineage}>
        <WidePanel props={props} data={data} header={header} onClose={() => setWide(false)} />
      </LineageContext>
    )
  const outCount = data.output?.ports.reduce((sum, { count }) => sum + count, 0)
  return (
    <LineageContext value={lineage}>
      <aside className={styles.panel} aria-label={`Node ${props.node.name}`}>
        {header}
        <Tabs
          label="Node"
          value={tab}
          onChange={setTab}
          className={styles.tabs}
          tabs={[
            {
              key: 'input',
              label: 'Input',
              note: data.itemCount || undefined,
              content: <InputPane props={props} data={data} />,
            },
            { key: 'params', label: 'Params', content: <ParamsPane props={props} data={data} showsFields /> },
            {
              key: 'output',
              label: 'Output',
              note: outCount || undefined,
              content: <OutputPane props={props} data={data} />,
            },
            { key: 'settings', label: 'Settings', content: <SettingsPane props={props} /> },
            { key: 'help', label: 'Help', content: props.help },
          ]}
        />
      </aside>
    </LineageContext>
  )
}
