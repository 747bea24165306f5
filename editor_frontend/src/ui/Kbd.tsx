import styles from './Kbd.module.css'

const isApple = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform)

/** A shortcut such as "Ctrl+Enter"; Ctrl is written as ⌘ on Apple keyboards. */
export function Kbd({ keys }: { keys: string }) {
  const names = keys.split('+').map((key) => (isApple && key === 'Ctrl' ? '⌘' : key === 'Enter' ? '↵' : key))
  return <kbd className={styles.kbd}>{names.join(' ')}</kbd>
}
