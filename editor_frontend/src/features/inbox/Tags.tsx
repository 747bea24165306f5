import { Link } from 'react-router'
import { Badge } from '@/ui/Badge'
import styles from './Tags.module.css'

interface TagsProps {
  tags: readonly string[]
  /** How many are shown; the others are counted. */
  most?: number
  hrefOf?: (tag: string) => string
}

/** The words that a task's author sorts it by. */
export function Tags({ tags, most = tags.length, hrefOf }: TagsProps) {
  const others = tags.length - most
  return (
    <>
      {tags.slice(0, most).map((tag) =>
        hrefOf ? (
          <Link key={tag} to={hrefOf(tag)} className={styles.link} title="All tasks with this tag">
            <Badge>{tag}</Badge>
          </Link>
        ) : (
          <Badge key={tag}>{tag}</Badge>
        ),
      )}
      {others > 0 && <span>{`+${others}`}</span>}
    </>
  )
}
