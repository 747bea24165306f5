import { useEffect, useMemo, useRef, useState } from 'react'
import { useMatch } from 'react-router'
import { classes } from '@/ui/classes'
import { type Command, useCommandStore } from '@/ui/commands'
import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import styles from './CommandPalette.module.css'

/** Ctrl+K: everything that can be done here, by name. */
export function CommandPalette() {
  const { isOpen, setOpen } = useCommandStore()
  // The editor has a palette of its own, which knows the nodes as well.
  const isInEditor = useMatch('/workflows/:workflowId') !== null
  useEffect(() => {
    if (isInEditor) return
    const toggle = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
      event.preventDefault()
      setOpen(!useCommandStore.getState().isOpen)
    }
    window.addEventListener('keydown', toggle)
    return () => window.removeEventListener('keydown', toggle)
  }, [setOpen, isInEditor])
  return (
    <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Find or do anything" isTitleHidden>
      <CommandList onDone={() => setOpen(false)} />
    </Dialog>
  )
}

function CommandList({ onDone }: { onDone: () => void }) {
  const commands = useCommandStore((state) => state.commands)
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const listRef = useRef<HTMLDivElement>(null)
  const found = useMemo(() => findCommands([...commands.values()], text), [commands, text])
  const run = (command: Command | undefined) => {
    if (!command) return
    onDone()
    // After the dialog has given the focus back, so that the command may take it.
    setTimeout(command.run)
  }
  const move = (step: number) => {
    const next = (active + step + found.length) % Math.max(1, found.length)
    setActive(next)
    listRef.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <div className={styles.palette}>
      <input
        className={styles.input}
        role="combobox"
        aria-expanded="true"
        aria-controls="commands"
        aria-activedescendant={found[active] && `command-${active}`}
        aria-label="Find or do anything"
        placeholder="Find or do anything"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(1)
          else if (event.key === 'ArrowUp') move(-1)
          else if (event.key === 'Enter') run(found[active])
          else return
          event.preventDefault()
        }}
      />
      <div className={styles.list} ref={listRef} id="commands" role="listbox" aria-label="Commands">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above takes the keys
          <div
            key={command.id}
            id={`command-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={classes(styles.command, index === active && styles.active)}
            onMouseMove={() => setActive(index)}
            onClick={() => run(command)}
          >
            <span className={styles.group}>{command.group}</span>
            <span className={styles.title}>{command.title}</span>
            {command.shortcut && <Kbd keys={command.shortcut} />}
          </div>
        ))}
        {found.length === 0 && <p className={styles.none}>Nothing is called that here.</p>}
      </div>
    </div>
  )
}

function findCommands(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter((command) => {
    const haystack = `${command.group} ${command.title} ${command.keywords ?? ''}`.toLowerCase()
    return words.every((word) => haystack.includes(word))
  })
}
