import styles from './Skeleton.module.css'

/** Grey lines in the place of what is being fetched. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={index} style={{ width: `${92 - ((index * 23) % 41)}%` }} />
      ))}
    </div>
  )
}
