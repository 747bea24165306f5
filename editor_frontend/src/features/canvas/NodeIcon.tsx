import { SvgIcon } from '@/ui/SvgIcon'
import { useCanvas } from './canvas-context'
import styles from './NodeCard.module.css'

/** The group's icon in the group's colour. */
export function NodeIcon({ group }: { group: string | undefined }) {
  const { groups } = useCanvas()
  const icon = group ? groups.get(group)?.icon : undefined
  return <SvgIcon className={styles.icon} svg={icon ?? ''} />
}
