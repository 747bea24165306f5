import type { ReactNode } from 'react'
import { classes } from './classes'
import styles from './Page.module.css'

interface PageProps {
  title: string
  /** Beside the title: badges, a live sign. */
  aside?: ReactNode
  /** At the right end: search, buttons. */
  actions?: ReactNode
  /** Without padding and width limit, for pages that lay themselves out. */
  isFlush?: boolean
  children: ReactNode
}

/** Every page: a bar with the title, and the content below. */
export function Page({ title, aside, actions, isFlush, children }: PageProps) {
  return (
    <div className={styles.page}>
      <title>{`${title} · Orchestrator`}</title>
      <header className={styles.header}>
        <h1 className={styles.title}>{title}</h1>
        {aside}
        <div className={styles.actions}>{actions}</div>
      </header>
      <main className={classes(styles.main, isFlush && styles.flush)}>
        {isFlush ? children : <div className={styles.content}>{children}</div>}
      </main>
    </div>
  )
}

export function Section({
  title,
  actions,
  children,
}: {
  title: string
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={styles.section}>
      <div className={styles.sectionTop}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}
