import { MessageSquarePlus, SendHorizontal, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Segmented } from '@/ui/Segmented'
import { ChatBubbles } from './ChatBubbles'
import styles from './chat.module.css'
import { useChat } from './use-chat'

interface ChatDrawerProps {
  workflowId: string
  node: string
  name: string
  greeting: string
  suggestions: readonly string[]
  isLive: boolean
  saveNow: () => Promise<void>
  /** Puts the run of a message on the canvas. */
  onRun: (runId: string) => void
  onClose: () => void
}

/** Under the canvas: talking to the workflow, whose runs play above. */
export function ChatDrawer(props: ChatDrawerProps) {
  const { workflowId, node, name, greeting, suggestions, isLive, saveNow, onRun, onClose } = props
  const [version, setVersion] = useState<'draft' | 'live'>('draft')
  const chat = useChat({ workflowId, node, version, saveNow, onRun })
  const isBusy = chat.runId !== null
  return (
    <section className={styles.drawer} aria-label="Chat">
      <header className={styles.head}>
        <strong>{name}</strong>
        <span className={styles.quiet}>
          {version === 'draft'
            ? 'Each message runs this draft, here on the canvas.'
            : 'The live version answers.'}
        </span>
        {isLive && (
          <Segmented
            label="Which version answers"
            value={version}
            onChange={setVersion}
            options={[
              { value: 'draft', label: 'Draft' },
              { value: 'live', label: 'Live' },
            ]}
          />
        )}
        <IconButton
          size="small"
          label="New conversation"
          icon={<MessageSquarePlus />}
          onClick={chat.startAnew}
        />
        <IconButton size="small" label="Close the chat" icon={<X />} onClick={onClose} />
      </header>
      <ChatBubbles chat={chat} greeting={greeting} />
      {chat.entries.length === 0 && suggestions.length > 0 && (
        <div className={styles.suggestions}>
          {suggestions.map((text) => (
            <Button key={text} size="small" disabled={isBusy} onClick={() => void chat.say(text)}>
              {text}
            </Button>
          ))}
        </div>
      )}
      <Composer isBusy={isBusy} onSay={(message) => void chat.say(message)} />
    </section>
  )
}

function Composer({ isBusy, onSay }: { isBusy: boolean; onSay: (message: string) => void }) {
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const send = () => {
    const message = text.trim()
    if (!message || isBusy) return
    setText('')
    onSay(message)
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Message"
        placeholder="Write a message"
        maxLength={20_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <Button
        type="submit"
        variant="primary"
        icon={<SendHorizontal aria-hidden="true" />}
        disabled={isBusy || text.trim() === ''}
      >
        Send
      </Button>
    </form>
  )
}
