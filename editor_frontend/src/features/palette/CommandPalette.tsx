import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { fuzzyScore } from '@/graph/search'
import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import styles from './palette.module.css'
import { useListKeys } from './use-list-keys'

export interface Command {
  id: string
  title: string
  section: string
  /** Also found by these words. */
  detail?: string
  keys?: readonly string[]
  run: () => void
}

const mostShown = 60

/** Ctrl+K: every action, every node of this workflow, every page. */
export function CommandPalette({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  const [query, setQuery] = useState('')
  const found = useMemo(() => rankCommands(commands, query), [commands, query])
  const run = (command: Command | undefined) => {
    if (!command) return
    onClose()
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(command.run)
  }
  const keys = useListKeys(found.length, query, (index) => run(found[index]), onClose)
  return (
    <Dialog isOpen onClose={onClose} title="Find or do anything" isTitleHidden>
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="command-list"
          aria-activedescendant={`choice-${keys.index}`}
          aria-label="Find or do anything"
          placeholder="Find or do anything"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={keys.onKeyDown}
        />
      </div>
      <div
        ref={keys.listRef}
        id="command-list"
        className={styles.commands}
        role="listbox"
        aria-label="Commands"
      >
        {found.length === 0 && <p className={styles.none}>Nothing found</p>}
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above has the keys
          <div
            key={command.id}
            id={`choice-${index}`}
            data-index={index}
            role="option"
            tabIndex={-1}
            aria-selected={index === keys.index}
            className={styles.command}
            onPointerMove={() => index !== keys.index && keys.setIndex(index)}
            onClick={() => run(command)}
          >
            <span className={styles.section}>{command.section}</span>
            <span className={styles.title}>{command.title}</span>
            {command.detail && <span className={styles.detail}>{command.detail}</span>}
            {command.keys?.[0] && <Kbd keys={command.keys[0]} />}
          </div>
        ))}
      </div>
    </Dialog>
  )
}

function rankCommands(commands: readonly Command[], query: string): Command[] {
  return commands
    .map((command, index) => ({
      command,
      index,
      score: Math.max(
        fuzzyScore(query, command.title),
        fuzzyScore(query, `${command.section} ${command.title}`) * 0.9,
        fuzzyScore(query, command.detail ?? '') * 0.6,
      ),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, mostShown)
    .map(({ command }) => command)
}
