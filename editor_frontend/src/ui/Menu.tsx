import { ContextMenu, DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { classes } from './classes'
import { Kbd } from './Kbd'
import styles from './Menu.module.css'

export interface MenuItem {
  label: string
  icon?: ReactNode
  shortcut?: string
  isDanger?: boolean
  isDisabled?: boolean
  onSelect: () => void
}

/** A `null` entry draws a line between groups. */
export type MenuEntry = MenuItem | null

interface MenuProps {
  trigger: ReactNode
  entries: readonly MenuEntry[]
  header?: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
}

export function Menu({ trigger, entries, header, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles.menu}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
        >
          {header && <div className={styles.header}>{header}</div>}
          {entries.map((entry, index) =>
            entry ? (
              <DropdownMenu.Item key={entry.label} {...itemProps(entry)}>
                <MenuLabel item={entry} />
              </DropdownMenu.Item>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else to tell it by
              <DropdownMenu.Separator key={index} className={styles.line} />
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** The same menu on a right click (or long press) on its children. */
export function RightClickMenu({
  children,
  entries,
}: {
  children: ReactNode
  entries: readonly MenuEntry[]
}) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className={styles.menu} collisionPadding={8}>
          {entries.map((entry, index) =>
            entry ? (
              <ContextMenu.Item key={entry.label} {...itemProps(entry)}>
                <MenuLabel item={entry} />
              </ContextMenu.Item>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has nothing else to tell it by
              <ContextMenu.Separator key={index} className={styles.line} />
            ),
          )}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

function itemProps(item: MenuItem) {
  return {
    className: classes(styles.item, item.isDanger && styles.danger),
    disabled: item.isDisabled,
    onSelect: item.onSelect,
  }
}

function MenuLabel({ item }: { item: MenuItem }) {
  return (
    <>
      <span className={styles.icon}>{item.icon}</span>
      <span className={styles.label}>{item.label}</span>
      {item.shortcut && <Kbd keys={item.shortcut} />}
    </>
  )
}
