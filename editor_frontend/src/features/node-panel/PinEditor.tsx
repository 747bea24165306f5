import { useState } from 'react'
import type { JsonObject } from '@/api/types'
import { CodeEditor } from '@/forms/CodeEditor'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import styles from './PinEditor.module.css'
import { itemsFromText } from './pin-text'

interface PinEditorProps {
  items: readonly unknown[]
  onClose: () => void
  onSave: (items: JsonObject[]) => void
}

/** The items of a node, written by hand: runs from the editor use them in place of calling it. */
export function PinEditor({ items, onClose, onSave }: PinEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(items.length > 0 ? items : [{}], null, 2))
  const read = itemsFromText(text)
  const isGood = read.items !== null
  return (
    <Dialog
      isOpen
      width="wide"
      onClose={onClose}
      title="Edit the pinned output"
      description="A JSON list of objects, one for each item. Runs from the editor use them; published runs never do."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!isGood}
            onClick={() => {
              if (read.items) onSave(read.items)
              onClose()
            }}
          >
            Pin
          </Button>
        </>
      }
    >
      <div className={styles.editor}>
        <CodeEditor label="Items as JSON" language="json" value={text} onChange={setText} minLines={14} />
        <p className={isGood ? styles.count : styles.problem} role="status">
          {read.items ? (read.items.length === 1 ? '1 item' : `${read.items.length} items`) : read.problem}
        </p>
      </div>
    </Dialog>
  )
}
