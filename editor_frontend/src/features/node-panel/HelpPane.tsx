import { RichText } from '@/forms/RichText'
import type { NodeExample, NodeTypeInfo } from '@/graph/node-type'
import styles from './HelpPane.module.css'
import type { NodePanelProps } from './panel-types'

const mostExamples = 8
const effectWords: Record<NodeTypeInfo['effect'], string> = {
  pure: 'Works on the items only.',
  read: 'Reads from outside; running it again does no harm.',
  idempotent_write: 'Writes outside; the same write twice has one effect.',
  write: 'Writes outside; it is never silently repeated.',
}

/** From the node's own description and its tested examples. */
export function HelpPane({ props }: { props: NodePanelProps }) {
  const { nodeType } = props
  if (!nodeType) return <p className={styles.pane}>Nothing is known of this node type.</p>
  return (
    <div className={styles.pane}>
      <h3>{nodeType.title}</h3>
      <p className={styles.summary}>
        <RichText text={nodeType.summary} />
      </p>
      {paragraphs(nodeType.description).map((text) => (
        <p key={text}>
          <RichText text={text} />
        </p>
      ))}
      <p className={styles.effect}>{effectWords[nodeType.effect]}</p>
      {nodeType.examples.length > 0 && <h4>Examples</h4>}
      {nodeType.examples.slice(0, mostExamples).map((example) => (
        <Example key={example.name} example={example} />
      ))}
    </div>
  )
}

function paragraphs(description: string): string[] {
  return description
    .split(/\n\s*\n/)
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
}

function Example({ example }: { example: NodeExample }) {
  const parts: [string, unknown][] = [
    ['Params', example.params],
    ['In', example.items],
    ['Out', example.outputs],
  ]
  return (
    <details className={styles.example}>
      <summary>{example.name}</summary>
      {parts
        .filter(([, value]) => value !== undefined)
        .map(([title, value]) => (
          <div key={title}>
            <h5>{title}</h5>
            <pre>{JSON.stringify(value, null, 2)}</pre>
          </div>
        ))}
    </details>
  )
}
