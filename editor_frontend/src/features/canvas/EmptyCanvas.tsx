import { Plus } from 'lucide-react'
import { Button } from '@/ui/Button'
import { Kbd } from '@/ui/Kbd'
import styles from './Canvas.module.css'
import { useCanvas } from './canvas-context'

export function EmptyCanvas() {
  const { host } = useCanvas()
  return (
    <div className={styles.empty}>
      <div className={styles.emptyBox}>
        <h2>Start with a trigger</h2>
        <p>
          A trigger starts the workflow: a webhook, a schedule, or your own click. Then add what should
          happen. You can also paste a workflow, a curl command or an address.
        </p>
        <Button
          variant="primary"
          icon={<Plus aria-hidden="true" />}
          onClick={(event) => host.openPalette({ position: [0, 0] }, [event.clientX, event.clientY])}
        >
          Add the first node
        </Button>
        <p>
          or press <Kbd keys="Tab" />
        </p>
      </div>
    </div>
  )
}
