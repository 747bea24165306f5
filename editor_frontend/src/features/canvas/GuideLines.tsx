import { ViewportPortal } from '@xyflow/react'
import { useStore } from 'zustand'
import styles from './Canvas.module.css'
import { useCanvas } from './canvas-context'

const overhang = 12

/** The lines along which a dragged node stands level with others. */
export function GuideLines() {
  const guides = useStore(useCanvas().motion, (motion) => motion.guides)
  if (guides.length === 0) return null
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className={styles.guide}
          data-guide={axis}
          style={
            axis === 'x'
              ? { left: at, top: from - overhang, width: 1, height: to - from + 2 * overhang }
              : { top: at, left: from - overhang, height: 1, width: to - from + 2 * overhang }
          }
        />
      ))}
    </ViewportPortal>
  )
}
