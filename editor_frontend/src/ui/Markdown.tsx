import type { ReactNode } from 'react'
import styles from './Markdown.module.css'

/** The small part of markdown that notes need. Text only ever becomes text: no HTML gets through. */
export function Markdown({ text }: { text: string }) {
  return <div className={styles.markdown}>{text.split('\n').map(renderLine)}</div>
}

function renderLine(line: string, index: number): ReactNode {
  const heading = /^(#{1,3})\s+(.*)$/.exec(line)
  if (heading) return <h4 key={index}>{inline(heading[2] ?? '')}</h4>
  const bullet = /^\s*[-*]\s+(.*)$/.exec(line)
  if (bullet)
    return (
      <p key={index} className={styles.bullet}>
        {inline(bullet[1] ?? '')}
      </p>
    )
  return line.trim() === '' ? <br key={index} /> : <p key={index}>{inline(line)}</p>
}

const mark = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((https?:\/\/[^\s)]+)\)/g

function inline(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(mark)) {
    parts.push(text.slice(from, match.index), marked(match))
    from = match.index + match[0].length
  }
  return [...parts, text.slice(from)]
}

function marked(match: RegExpExecArray): ReactNode {
  const [, bold, italic, code, label, address] = match
  const key = match.index
  if (bold) return <strong key={key}>{bold}</strong>
  if (italic) return <em key={key}>{italic}</em>
  if (code) return <code key={key}>{code}</code>
  return (
    <a key={key} href={address} target="_blank" rel="noreferrer" className="nodrag">
      {label}
    </a>
  )
}
