import type { WorkflowVersion } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { TimeAgo } from '@/ui/TimeAgo'
import styles from './history.module.css'

/** Published versions, newest first; one of them is looked at. */
export function VersionList({
  versions,
  chosen,
  onChoose,
}: {
  versions: readonly WorkflowVersion[]
  chosen: string | null
  onChoose: (id: string) => void
}) {
  return (
    <ul className={styles.versions} aria-label="Versions">
      {versions.map((version) => (
        <li key={version.id}>
          <button type="button" aria-pressed={version.id === chosen} onClick={() => onChoose(version.id)}>
            <span className={styles.versionHead}>
              <strong>Version {version.number}</strong>
              {version.is_live && <Badge tone="succeeded">live</Badge>}
            </span>
            {version.name && <span className={styles.versionName}>{version.name}</span>}
            <span className={styles.versionBy}>
              {version.by && `${version.by} · `}
              <TimeAgo at={version.created_at} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
