import { useEffect, useRef, useState } from 'react'
import { Tabs } from '@/ui/Tabs'
import { useRemembered } from '@/ui/use-remembered'
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
  const place = `panel:${props.workflowId ?? props.runId}`
  const [tab, setTab] = useRemembered(`${place}:${props.node.id}`, 'params')
  const [width, setWidth] = useRemembered(place, 'side')
  const isWide = width === 'wide'
  const panel = useFocusWhileOpen(props.node.id)
  const header = (
    <PanelHeader
      props={props}
      data={data}
      isWide={isWide}
      onToggleWide={() => setWidth(isWide ? 'side' : 'wide')}
    />
  )
  if (isWide)
    return (
      <LineageContext value={lineage}>
        <WidePanel props={props} data={data} header={header} onClose={() => setWidth('side')} />
      </LineageContext>
    )
  const outCount = data.output?.ports.reduce((sum, { count }) => sum + count, 0)
  return (
    <LineageContext value={lineage}>
      <aside
        ref={panel}
        tabIndex={-1}
        className={styles.panel}
        aria-label={`Node ${props.node.name}`}
        onKeyDown={(event) => {
          // The first Escape leaves the field, the next one the node.
          if (event.key !== 'Escape' || event.defaultPrevented || !isField(event.target)) return
          event.stopPropagation()
          panel.current?.focus({ preventScroll: true })
        }}
      >
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

function isField(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]')
}

/** The keyboard goes to the panel when somebody opens it, and back to the node when it closes. A panel that a
 * reload brought back takes nothing. */
function useFocusWhileOpen(nodeId: string) {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (navigator.userActivation.hasBeenActive) panel.current?.focus({ preventScroll: true })
    return () => {
      if (document.activeElement !== document.body) return
      const node = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nodeId)}"]`)
      node?.focus({ preventScroll: true })
    }
  }, [nodeId])
  return panel
}
