import { Compass } from 'lucide-react'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'

/** `children`: what is not there, when that is known. */
export function NotFoundPage({ children }: { children?: ReactNode }) {
  const navigate = useNavigate()
  return (
    <main style={{ flex: 1 }}>
      <title>Not found · Orchestrator</title>
      <h1 className="visually-hidden">Not found</h1>
      <EmptyState
        icon={<Compass />}
        title="There is nothing here"
        action={<Button onClick={() => void navigate('/')}>Go home</Button>}
      >
        {children ?? 'The address may be mistyped, or what it named was deleted.'}
      </EmptyState>
    </main>
  )
}
