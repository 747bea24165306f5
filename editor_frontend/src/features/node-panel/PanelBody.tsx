import { useState } from 'react'
import { Tabs } from '@/ui/Tabs'
import { HelpPane } from './HelpPane'
import { InputPane } from './InputPane'
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
  const [tab, setTab] = useState('params')
  const [isWide, setWide] = useState(false)
  const header = (
    <PanelHeader props={props} data={data} isWide={isWide} onToggleWide={() => setWide(!isWide)} />
  )
  if (isWide) return <WidePanel props={props} data={data} header={header} onClose={() => setWide(false)} />
  const outCount = data.output?.ports.reduce((sum, { count }) => sum + count, 0)
  return (
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
          { key: 'help', label: 'Help', content: <HelpPane props={props} /> },
        ]}
      />
    </aside>
  )
}
