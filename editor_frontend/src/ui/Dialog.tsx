import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { classes } from './classes'
import styles from './Dialog.module.css'
import { IconButton } from './IconButton'

export interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children?: ReactNode
  footer?: ReactNode
  width?: 'narrow' | 'medium' | 'wide' | 'full'
  isTitleHidden?: boolean
}

export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, description, children, footer, width = 'medium', isTitleHidden } = props
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content
          className={classes(styles.content, styles[width])}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusInside}
        >
          <header className={isTitleHidden ? 'visually-hidden' : styles.header}>
            <div>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              {description && (
                <Radix.Description className={styles.description}>{description}</Radix.Description>
              )}
            </div>
            {!isTitleHidden && (
              <Radix.Close asChild>
                <IconButton label="Close" icon={<X />} />
              </Radix.Close>
            )}
          </header>
          {children && <div className={styles.body}>{children}</div>}
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A field when there is one, else the dialog itself: a focused close button would show its tooltip. */
function focusInside(event: Event) {
  const content = event.currentTarget
  if (!(content instanceof HTMLElement)) return
  event.preventDefault()
  const field = content.querySelector<HTMLElement>(
    'input:not([disabled]), textarea, select, [contenteditable="true"]',
  )
  const target = field ?? content
  target.focus()
}
