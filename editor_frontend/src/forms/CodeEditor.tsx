import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { classes } from '@/ui/classes'
import styles from './CodeEditor.module.css'
import type { CodeView } from './codemirror'
import type { ExpressionScope } from './completions'

interface CodeEditorProps {
  id?: string
  label: string
  /** `template`, `javascript`, `json`, `html` or plain `text`. */
  language: string
  value: string
  onChange?: (value: string) => void
  isReadOnly?: boolean
  placeholder?: string
  minLines?: number
  /** For autocompletion. */
  scope?: ExpressionScope | null
}

/** CodeMirror, fetched when the first editor is shown; a plain text area stands in until then. */
export function CodeEditor(props: CodeEditorProps) {
  const { id, label, language, value, onChange, isReadOnly = false, placeholder, minLines = 1 } = props
  const hostRef = useRef<HTMLDivElement>(null)
  const viewRef = useRef<CodeView | null>(null)
  const latest = useRef({ value, onChange, scope: props.scope ?? null })
  const [isLoaded, setLoaded] = useState(false)
  latest.current = { value, onChange, scope: props.scope ?? null }

  useEffect(() => {
    let isGone = false
    void import('./codemirror').then(({ createCodeView }) => {
      if (isGone || !hostRef.current) return
      viewRef.current = createCodeView(hostRef.current, {
        id,
        label,
        language,
        placeholder,
        isReadOnly,
        value: latest.current.value,
        onChange: (text) => latest.current.onChange?.(text),
        scope: () => latest.current.scope,
      })
      // At once: two editors in one place, for a frame, would be seen and might both be typed into.
      flushSync(() => setLoaded(true))
    })
    return () => {
      isGone = true
      viewRef.current?.destroy()
      viewRef.current = null
      setLoaded(false)
    }
  }, [id, label, language, placeholder, isReadOnly])

  useEffect(() => viewRef.current?.setValue(value), [value])

  return (
    <div
      className={classes(
        styles.editor,
        language === 'template' && styles.template,
        isReadOnly && styles.readOnly,
      )}
      style={{ minHeight: `${minLines * 18 + 14}px` }}
    >
      {!isLoaded && (
        <textarea
          className={styles.standIn}
          aria-label={label}
          rows={minLines}
          value={value}
          readOnly={isReadOnly}
          onChange={(event) => onChange?.(event.target.value)}
        />
      )}
      <div ref={hostRef} />
    </div>
  )
}
