import { useCanvas } from './canvas-context'
import styles from './NodeCard.module.css'

/** The group's icon, drawn by the server's own SVG files in the group's colour. */
export function NodeIcon({ group }: { group: string | undefined }) {
  const { groups } = useCanvas()
  const icon = group && groups.get(group)?.icon
  if (!icon) return <span className={styles.icon} aria-hidden="true" />
  // The icons are files of the product and of installed packages, not user data.
  // biome-ignore lint/security/noDangerouslySetInnerHtml: see above
  return <span className={styles.icon} aria-hidden="true" dangerouslySetInnerHTML={{ __html: icon }} />
}
