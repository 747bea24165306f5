import { useMemo } from 'react'
import { RichText } from '@/forms/RichText'
import type { Schema } from '@/forms/schema'
import { errorPort, type NodeExample, type NodeTypeInfo, type Ports } from '@/graph/node-type'
import styles from './NodeHelp.module.css'
import { type ParamRow, paramRows } from './param-rows'

const mostExamples = 12
const effectWords: Record<NodeTypeInfo['effect'], string> = {
  pure: 'Works on the items only.',
  read: 'Reads from outside; running it again does no harm.',
  idempotent_write: 'Writes outside; the same write twice has one effect.',
  write: 'Writes outside; it is never silently repeated.',
}

/** One node type explained: from its own description, its params and its tested examples. */
export function NodeHelp({ type }: { type: NodeTypeInfo }) {
  const params = useMemo(() => paramRows(type.params_schema as Schema), [type])
  const outputs = portNames(type.outputs)
  return (
    <div className={styles.pane}>
      <p className={styles.summary}>
        <RichText text={type.summary} />
      </p>
      {paragraphs(type.description).map((text) => (
        <p key={text}>
          <RichText text={text} />
        </p>
      ))}
      <p className={styles.effect}>
        {effectWords[type.effect]} {type.per === 'item' && !type.is_trigger && 'Once for each item. '}
        {outputs && `Outputs: ${outputs}.`}
      </p>
      {params.length > 0 && (
        <>
          <h2>Params</h2>
          <dl className={styles.params}>
            {params.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the params of a type do not move
              <Param key={index} row={row} />
            ))}
          </dl>
        </>
      )}
      {type.examples.length > 0 && <h2>Examples</h2>}
      {type.examples.slice(0, mostExamples).map((example) => (
        <Example key={example.name} example={example} />
      ))}
    </div>
  )
}

function Param({ row }: { row: ParamRow }) {
  return (
    <div style={{ marginLeft: `${row.depth * 14}px` }}>
      <dt>
        <strong>{row.name}</strong>
        <span>
          {row.kind}
          {row.isRequired && ', required'}
          {row.standard !== null && `, otherwise ${row.standard}`}
        </span>
      </dt>
      {row.help && (
        <dd>
          <RichText text={row.help} />
        </dd>
      )}
    </div>
  )
}

function portNames(ports: Ports): string {
  if (!Array.isArray(ports)) return 'from' in ports ? `one for each of ${ports.from}` : ''
  const named = ports.filter((port) => port !== errorPort)
  return named.length > 1 ? named.join(', ') : ''
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
    ['Fails with', example.error],
  ]
  return (
    <details className={styles.example}>
      <summary>{example.name}</summary>
      {parts
        .filter(([, value]) => value !== undefined)
        .map(([title, value]) => (
          <div key={title}>
            <h3>{title}</h3>
            <pre>{JSON.stringify(value, null, 2)}</pre>
          </div>
        ))}
    </details>
  )
}
