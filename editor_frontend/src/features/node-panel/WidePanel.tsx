import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { classes } from '@/ui/classes'
import dialog from '@/ui/Dialog.module.css'
import { Segmented } from '@/ui/Segmented'
import { InputPane } from './InputPane'
import styles from './NodePanel.module.css'
import { OutputPane } from './OutputPane'
import { ItemStepper, ParamsPane } from './ParamsPane'
import type { NodePanelProps } from './panel-types'
import { SettingsPane } from './SettingsPane'
import type { PanelData } from './use-panel-data'

/** The panel itself, not its first field: what is typed by mistake must change nothing. */
function focusPanel(event: Event): void {
  event.preventDefault()
  if (event.target instanceof HTMLElement) event.target.focus()
}

type Middle = 'params' | 'settings' | 'help'

const middles: { value: Middle; label: string }[] = [
  { value: 'params', label: 'Params' },
  { value: 'settings', label: 'Settings' },
  { value: 'help', label: 'Help' },
]

interface WidePanelProps {
  props: NodePanelProps
  data: PanelData
  header: ReactNode
  onClose: () => void
}

/** Input, params and output side by side, over the canvas. */
export function WidePanel({ props, data, header, onClose }: WidePanelProps) {
  const [middle, setMiddle] = useState<Middle>('params')
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={dialog.overlay} />
        <Radix.Content
          className={classes(dialog.content, dialog.full)}
          aria-describedby={undefined}
          onOpenAutoFocus={focusPanel}
        >
          <Radix.Title className="visually-hidden">{props.node.name}</Radix.Title>
          <div className={styles.wide}>
            {header}
            <div className={styles.columns}>
              <section className={styles.column} aria-label="Input">
                <h3 className={styles.columnTitle}>
                  Input
                  <ItemStepper data={data} />
                </h3>
                <InputPane props={props} data={data} />
              </section>
              <section className={styles.column} aria-label="Params">
                <h3 className={styles.columnTitle}>
                  <Segmented label="What to edit" value={middle} options={middles} onChange={setMiddle} />
                </h3>
                {middle === 'params' && <ParamsPane props={props} data={data} showsFields={false} />}
                {middle === 'settings' && <SettingsPane props={props} />}
                {middle === 'help' && props.help}
              </section>
              <section className={styles.column} aria-label="Output">
                <h3 className={styles.columnTitle}>Output</h3>
                <OutputPane props={props} data={data} />
              </section>
            </div>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
