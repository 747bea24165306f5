import { type ReactNode, useState } from 'react'
import type { JsonObject } from '@/api/types'
import { Select } from '@/ui/Input'
import { Prose } from '@/ui/Prose'
import { inertPage } from './inert-page'
import { fieldsOf } from './paths'
import styles from './TextView.module.css'

interface TextViewProps {
  item: JsonObject
  /** Whether a text is of the kind that is shown. */
  holds: (text: string) => boolean
  /** What the kind is called. */
  kind: string
  show: (text: string, name: string) => ReactNode
}

/** The fields of an item that hold a kind of text, one at a time. */
export function TextView({ item, holds, kind, show }: TextViewProps) {
  const fields = textFields(item, holds)
  const [wanted, setWanted] = useState('')
  const shown = fields.find(({ name }) => name === wanted) ?? fields[0]
  if (!shown) return <p className={styles.none}>{`No field of this item holds ${kind}.`}</p>
  return (
    <div className={styles.view}>
      {fields.length > 1 && (
        <Select
          aria-label="Field to show"
          className={styles.select}
          options={fields.map(({ name }) => ({ value: name, label: name }))}
          value={shown.name}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      {show(shown.text, shown.name)}
    </div>
  )
}

/** HTML as a page: without scripts, requests or this site's rights. */
export function InertFrame({ title, html }: { title: string; html: string }) {
  return (
    <iframe
      className={styles.frame}
      title={title}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={inertPage(html)}
    />
  )
}

export function ReadText({ text }: { text: string }) {
  return (
    <div className={styles.prose}>
      <Prose text={text} />
    </div>
  )
}

export function textFields(
  item: JsonObject,
  holds: (text: string) => boolean,
): { name: string; text: string }[] {
  return fieldsOf(item).flatMap(({ path, value }) =>
    typeof value === 'string' && holds(value) ? [{ name: path.join('.'), text: value }] : [],
  )
}
