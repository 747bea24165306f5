import { ChevronDown, RotateCw } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import styles from './Combobox.module.css'
import { classes } from './classes'
import { IconButton } from './IconButton'
import { Input } from './Input'

export interface Choice {
  value: string
  label: string
  note?: string
}

interface ComboboxProps {
  id?: string
  label: string
  value: string
  /** What stands for the value while nothing is typed. */
  text: string
  choices: readonly Choice[]
  /** Instead of, or above, the choices: that they are on the way, or why there are none. */
  status?: ReactNode
  /** What is typed is the value itself; otherwise it only narrows the choice. */
  isFree?: boolean
  placeholder?: string
  isReadOnly?: boolean
  isInvalid?: boolean
  onChange: (value: string) => void
  /** What was typed since the list was opened; null while it is closed. */
  onSearch: (search: string | null) => void
  onRefresh?: () => void
}

/** A field with a list to choose from, which may come from far away. */
export function Combobox(props: ComboboxProps) {
  const { id, label, text, choices, isFree = false, isReadOnly, onChange, onSearch } = props
  const [typed, setTyped] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const field = useRef<HTMLInputElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const listId = useId()
  const open = (search: string | null) => {
    setOpen(true)
    setTyped(search)
    setActive(search ? 0 : -1)
    onSearch(search ?? '')
  }
  const close = () => {
    setOpen(false)
    setTyped(null)
    onSearch(null)
  }
  const pick = (choice: Choice) => {
    onChange(choice.value)
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen) {
      // The panel behind stays open.
      event.stopPropagation()
      close()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) open(null)
      else if (choices.length > 0)
        setActive(stepped(active, event.key === 'ArrowDown' ? 1 : -1, choices.length))
    } else if (event.key === 'Enter' && isOpen) {
      const choice = choices[active]
      if (choice) {
        event.preventDefault()
        pick(choice)
      } else close()
    }
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={(next) => !next && close()}>
      <Popover.Anchor asChild>
        <div className={styles.combobox}>
          <Input
            ref={field}
            id={id}
            role="combobox"
            aria-label={label}
            aria-expanded={isOpen}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && active >= 0 ? `${listId}-${active}` : undefined}
            placeholder={props.placeholder}
            value={typed ?? text}
            readOnly={isReadOnly}
            isInvalid={props.isInvalid}
            onChange={(event) => {
              open(event.target.value)
              if (isFree) onChange(event.target.value)
            }}
            onClick={() => !isReadOnly && !isOpen && open(null)}
            onKeyDown={isReadOnly ? undefined : onKeyDown}
            onBlur={(event) => {
              if (!content.current?.contains(event.relatedTarget)) close()
            }}
          />
          <ChevronDown aria-hidden="true" />
        </div>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          ref={content}
          role="group"
          aria-label={label}
          className={styles.list}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (event.target === field.current) event.preventDefault()
          }}
        >
          {props.status && <div className={styles.status}>{props.status}</div>}
          <div id={listId} role="listbox" aria-label={`Choices for ${label}`} className={styles.choices}>
            {choices.map((choice, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
              <div
                key={choice.value}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={classes(styles.choice, choice.value === props.value && styles.chosen)}
                ref={index === active ? scrollIntoView : undefined}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(choice)}
              >
                <span className={styles.name}>{choice.label}</span>
                {choice.note && <span className={styles.note}>{choice.note}</span>}
              </div>
            ))}
          </div>
          {props.onRefresh && (
            <div className={styles.foot}>
              <span>{choices.length === 1 ? '1 choice' : `${choices.length} choices`}</span>
              <IconButton label="Ask again" size="small" icon={<RotateCw />} onClick={props.onRefresh} />
            </div>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function stepped(active: number, step: number, count: number): number {
  return (Math.max(active, step > 0 ? -1 : 0) + step + count) % count
}

function scrollIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
