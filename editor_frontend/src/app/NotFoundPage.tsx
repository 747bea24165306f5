import { Compass } from 'lucide-react'
import { Link } from 'react-router'
import { EmptyState } from '@/ui/EmptyState'

export function NotFoundPage() {
  return (
    <main style={{ flex: 1 }}>
      <title>Not found · Orchestrator</title>
      <EmptyState icon={<Compass />} title="There is nothing here" action={<Link to="/">Go home</Link>}>
        The address may be mistyped, or what it named was deleted.
      </EmptyState>
    </main>
  )
}
