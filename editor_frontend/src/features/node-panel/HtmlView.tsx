import { useState } from 'react'
import type { JsonObject } from '@/api/types'
import { Select } from '@/ui/Input'
import styles from './HtmlView.module.css'
import { inertPage, looksLikeHtml } from './inert-page'
import { fieldsOf } from './paths'

interface HtmlViewProps {
  item: JsonObject
}

/** The fields of an item that hold HTML, shown as pages: without scripts, requests or this site's rights. */
export function HtmlView({ item }: HtmlViewProps) {
  const fields = htmlFields(item)
  const [wanted, setWanted] = useState('')
  const shown = fields.find(({ name }) => name === wanted) ?? fields[0]
  if (!shown) return <p className={styles.none}>No field of this item holds HTML.</p>
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
      <InertFrame title={`${shown.name} as a page`} html={shown.html} />
    </div>
  )
}

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

export function htmlFields(item: JsonObject): { name: string; html: string }[] {
  return fieldsOf(item).flatMap(({ path, value }) =>
    typeof value === 'string' && looksLikeHtml(value) ? [{ name: path.join('.'), html: value }] : [],
  )
}
