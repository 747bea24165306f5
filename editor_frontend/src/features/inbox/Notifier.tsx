import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { firstTasks, type InboxView } from '@/api/inbox'
import { useTopic } from '@/api/live'
import type { TaskRow } from '@/api/types'
import { useNews } from './use-news'

/** Shows a notification of the browser for each task that comes while the app is open; a click opens it. */
export function Notifier({ view }: { view: InboxView }) {
  const navigate = useNavigate()
  const look = useNews(
    () => firstTasks(view),
    (task) => notify(task, () => void navigate(`/inbox/${task.id}`)),
  )
  useTopic('inbox', look)
  useEffect(() => look(), [look])
  return null
}

function notify(task: TaskRow, onOpen: () => void): void {
  // The same tag in several tabs shows once.
  const shown = new Notification(task.subject, {
    body: `${task.workflow_name} → ${task.node_name}`,
    tag: task.id,
    icon: '/static/inbox/mark.svg',
  })
  shown.onclick = () => {
    window.focus()
    onOpen()
    shown.close()
  }
}
