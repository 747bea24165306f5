import styles from './Diff.module.css'
import { wordDiff } from './word-diff'

/** What changed between two texts, word by word; nothing when they are the same. */
export function Diff({ before, after }: { before: string; after: string }) {
  return (
    <p className={styles.diff}>
      {wordDiff(before, after).map(({ kind, text }, index) => {
        const key = `${index}-${kind}`
        if (kind === 'gone') return <del key={key}>{text}</del>
        return kind === 'new' ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>
      })}
    </p>
  )
}
