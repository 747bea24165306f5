import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classes } from './classes'
import styles from './Tabs.module.css'

export interface Tab {
  key: string
  label: string
  /** A small number or sign after the label. */
  note?: ReactNode
  content: ReactNode
}

interface TabsProps {
  tabs: readonly Tab[]
  value: string
  onChange: (key: string) => void
  label: string
  className?: string
}

export function Tabs({ tabs, value, onChange, label, className }: TabsProps) {
  return (
    <Radix.Root className={classes(styles.root, className)} value={value} onValueChange={onChange}>
      <Radix.List className={styles.list} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.key} value={tab.key} className={styles.tab}>
            {tab.label}
            {tab.note !== undefined && tab.note !== null && <span className={styles.note}>{tab.note}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.key} value={tab.key} className={styles.panel}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
