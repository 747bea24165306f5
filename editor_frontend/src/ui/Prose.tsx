import { Fragment } from 'react'
import { type Block, blocksOf, type Run, runsOf } from './markdown'
import styles from './Prose.module.css'

/** Markdown, as React elements: HTML in it is shown, never obeyed. */
export function Prose({ text }: { text: string }) {
  return (
    <div className={styles.prose}>
      {blocksOf(text).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text do not move
        <Fragment key={index}>{elementOf(block)}</Fragment>
      ))}
    </div>
  )
}

function elementOf(block: Block) {
  switch (block.kind) {
    case 'heading':
      return (
        <h4>
          <Line text={block.text} />
        </h4>
      )
    case 'code':
      return <pre>{block.text}</pre>
    case 'line':
      return <hr />
    case 'list':
      return block.isNumbered ? <ol>{listItems(block.items)}</ol> : <ul>{listItems(block.items)}</ul>
    case 'table':
      return <ProseTable head={block.head} rows={block.rows} />
    case 'quote':
      return (
        <blockquote>
          <Lines lines={block.lines} />
        </blockquote>
      )
    case 'text':
      return (
        <p>
          <Lines lines={block.lines} />
        </p>
      )
  }
}

function listItems(items: readonly string[]) {
  return items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text do not move
    <li key={index}>
      <Line text={item} />
    </li>
  ))
}

function ProseTable({ head, rows }: { head: readonly string[]; rows: readonly string[][] }) {
  return (
    <div className={styles.scroller}>
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns of one text do not move
              <th key={index} scope="col">
                <Line text={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one text do not move
            <tr key={index}>
              {head.map((_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns of one text do not move
                <td key={column}>
                  <Line text={row[column] ?? ''} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text do not move
    <Fragment key={index}>
      {index > 0 && <br />}
      <Line text={line} />
    </Fragment>
  ))
}

function Line({ text }: { text: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line do not move
  return runsOf(text).map((run, index) => <Fragment key={index}>{marked(run)}</Fragment>)
}

function marked({ kind, text, href }: Run) {
  switch (kind) {
    case 'strong':
      return <strong>{text}</strong>
    case 'emphasis':
      return <em>{text}</em>
    case 'struck':
      return <del>{text}</del>
    case 'code':
      return <code>{text}</code>
    case 'link':
      return (
        <a href={href} target="_blank" rel="noreferrer noopener nofollow" className="nodrag">
          {text}
        </a>
      )
    case 'text':
      return text
  }
}
