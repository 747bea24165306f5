import { ChevronRight } from 'lucide-react'
import { Link } from 'react-router'
import styles from './editor.module.css'

export interface TrailStep {
  id: string
  name: string
}

/** The workflows one came through; each leads back. */
export function Breadcrumb({ trail }: { trail: readonly TrailStep[] }) {
  if (trail.length === 0) return null
  return (
    <nav className={styles.trail} aria-label="Modules entered">
      {trail.map((step, index) => (
        <span key={step.id}>
          <Link to={`/workflows/${step.id}`} state={{ trail: trail.slice(0, index) }}>
            {step.name}
          </Link>
          <ChevronRight aria-hidden="true" />
        </span>
      ))}
    </nav>
  )
}
