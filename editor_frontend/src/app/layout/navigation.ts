import {
  BookOpen,
  Brain,
  House,
  Inbox,
  KeyRound,
  LayoutTemplate,
  ListVideo,
  type LucideIcon,
  Settings,
  Workflow,
} from 'lucide-react'

export interface Destination {
  to: string
  label: string
  icon: LucideIcon
  /** In the bar at the bottom of a phone; the rest is under "More". */
  isOnPhone?: boolean
}

export const inboxPath = '/inbox'

export const destinations: readonly Destination[] = [
  { to: '/', label: 'Home', icon: House, isOnPhone: true },
  { to: '/workflows', label: 'Workflows', icon: Workflow, isOnPhone: true },
  { to: '/runs', label: 'Runs', icon: ListVideo, isOnPhone: true },
  { to: inboxPath, label: 'Inbox', icon: Inbox, isOnPhone: true },
  { to: '/credentials', label: 'Credentials', icon: KeyRound },
  { to: '/memory', label: 'Memory', icon: Brain },
  { to: '/templates', label: 'Templates', icon: LayoutTemplate },
  { to: '/help', label: 'Help', icon: BookOpen },
  { to: '/settings', label: 'Settings', icon: Settings },
]
