import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { usersQuery } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { Popover } from '@/ui/Popover'
import styles from './editor.module.css'

/** Which workflows run this one: what a change here would reach. */
export function UsedBy({ workflowId }: { workflowId: string }) {
  const users = useQuery(usersQuery(workflowId))
  const list = users.data ?? []
  if (list.length === 0) return null
  const count = list.length === 1 ? '1 workflow' : `${list.length} workflows`
  return (
    <Popover
      label="Used by"
      trigger={
        <Button size="small" variant="ghost">
          used by {count}
        </Button>
      }
    >
      <ul className={styles.users} aria-label="Used by">
        {list.map((row) => (
          <li key={row.id}>
            <Link to={`/workflows/${row.id}`}>{row.name}</Link>
          </li>
        ))}
      </ul>
      <p className={styles.quiet}>They run the version that is live here, unless they keep an earlier one.</p>
    </Popover>
  )
}
