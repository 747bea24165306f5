import { Fragment } from 'react'
import styles from './Prose.module.css'

/** The little markdown that tasks use: paragraphs, lists, bold, code and links. Never HTML. */
export function Prose({ text }: { text: string }) {
  const blocks = text.trim().split(/\n\s*\n/)
  return (
    <div className={styles.prose}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text do not move
        <Block key={index} text={block} />
      ))}
    </div>
  )
}

function Block({ text }: { text: string }) {
  const lines = text.split('\n')
  if (lines.every((line) => /^\s*[-*]\s/.test(line))) {
    return (
      <ul>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text do not move
          <li key={index}>
            <Inline text={line.replace(/^\s*[-*]\s+/, '')} />
          </li>
        ))}
      </ul>
    )
  }
  const heading = /^#{1,6}\s+(.*)$/.exec(text)
  if (heading && lines.length === 1) return <h4>{heading[1]}</h4>
  return (
    <p>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text do not move
        <Fragment key={index}>
          {index > 0 && <br />}
          <Inline text={line} />
        </Fragment>
      ))}
    </p>
  )
}

const inlineMark = /(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\))/g

function Inline({ text }: { text: string }) {
  return text.split(inlineMark).map((part, index) => {
    const key = `${index}-${part}`
    if (part.startsWith('**') && part.endsWith('**')) return <strong key={key}>{part.slice(2, -2)}</strong>
    if (part.startsWith('`') && part.endsWith('`') && part.length > 1)
      return <code key={key}>{part.slice(1, -1)}</code>
    const link = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part)
    if (!link) return <Fragment key={key}>{part}</Fragment>
    return (
      <a key={key} href={link[2]} target="_blank" rel="noreferrer noopener">
        {link[1]}
      </a>
    )
  })
}
