import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { Toast as Radix } from 'radix-ui'
import { Button } from './Button'
import { classes } from './classes'
import { IconButton } from './IconButton'
import styles from './Toast.module.css'
import { type ToastMessage, useToasts } from './toast-store'

const icons = { plain: Info, success: CircleCheck, problem: CircleAlert }

/** One per page: shows what `showToast` says. */
export function ToastRegion() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <Radix.Provider swipeDirection="down" duration={6000}>
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
      <Radix.Viewport className={styles.region} />
    </Radix.Provider>
  )
}

function ToastCard({ toast }: { toast: ToastMessage }) {
  const dismiss = useToasts((state) => state.dismiss)
  const Icon = icons[toast.tone]
  const { action } = toast
  return (
    <Radix.Root
      className={classes(styles.toast, styles[toast.tone])}
      duration={toast.tone === 'problem' ? 12000 : 6000}
      onOpenChange={(isOpen) => !isOpen && dismiss(toast.id)}
    >
      <Icon aria-hidden="true" className={styles.icon} />
      <Radix.Description className={styles.text}>{toast.text}</Radix.Description>
      {action && (
        <Radix.Action asChild altText={action.label}>
          <Button size="small" onClick={action.onSelect}>
            {action.label}
          </Button>
        </Radix.Action>
      )}
      <Radix.Close asChild>
        <IconButton label="Dismiss" size="small" icon={<X />} />
      </Radix.Close>
    </Radix.Root>
  )
}
