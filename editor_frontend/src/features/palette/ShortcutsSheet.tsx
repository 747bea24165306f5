import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import styles from './palette.module.css'

/** Gestures and keys that are no actions of ours: the browser or the pointer does them. */
const gestures: [section: string, title: string, keys: string][] = [
  ['View', 'Move the canvas', 'Space+Drag'],
  ['View', 'Zoom at the pointer', 'Ctrl+Wheel'],
  ['Nodes', 'Rename in place', 'Space'],
  ['Edit', 'Copy, cut, paste', 'Ctrl+C X V'],
  ['Edit', 'Copy while dragging', 'Alt+Drag'],
  ['Edit', 'Add to the selection', 'Shift+Click'],
]

interface Shortcut {
  section: string
  title: string
  keys: readonly string[]
}

/** `?` shows every shortcut. */
export function ShortcutsSheet({ actions, onClose }: { actions: readonly Shortcut[]; onClose: () => void }) {
  const rows = [
    ...actions.flatMap(({ section, title, keys }) => (keys[0] ? [{ section, title, keys: keys[0] }] : [])),
    ...gestures.map(([section, title, keys]) => ({ section, title, keys })),
  ]
  const sections = [...new Set(rows.map((row) => row.section))]
  return (
    <Dialog isOpen onClose={onClose} title="Keyboard shortcuts" width="wide">
      <div className={styles.sheet}>
        {sections.map((section) => (
          <section key={section}>
            <h3 className={styles.heading}>{section}</h3>
            <dl>
              {rows
                .filter((row) => row.section === section)
                .map((row) => (
                  <div key={row.title} className={styles.row}>
                    <dt>{row.title}</dt>
                    <dd>
                      <Kbd keys={row.keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
