import { nodeHeight, nodeWidth, type WorkflowDocument, type WorkflowEdge } from '@/graph/document'
import styles from './TemplatesPage.module.css'

const margin = 48
const groupColours = ['trigger', 'flow', 'data', 'http', 'ai', 'human', 'notify', 'memory']

/** A small picture of a workflow: boxes in the colours of their groups, and lines. */
export function GraphPreview({ document }: { document: WorkflowDocument }) {
  const places = new Map(document.nodes.map(({ id, position }) => [id, position]))
  const xs = document.nodes.map(({ position }) => position[0])
  const ys = document.nodes.map(({ position }) => position[1])
  const left = Math.min(0, ...xs) - margin
  const top = Math.min(...(ys.length ? ys : [0])) - margin
  const width = Math.max(0, ...xs) + nodeWidth + margin - left
  const height = Math.max(...(ys.length ? ys : [0])) + nodeHeight + margin - top
  return (
    <svg className={styles.preview} viewBox={`${left} ${top} ${width} ${height}`} aria-hidden="true">
      {document.edges.map((edge) => (
        <path
          key={`${edge.source}>${edge.output}>${edge.target}>${edge.input}`}
          d={curve(edge, places)}
          fill="none"
          stroke="var(--line-strong)"
          strokeWidth={4}
        />
      ))}
      {document.nodes.map(({ id, type, name, position: [x, y] }) => (
        <g key={id} transform={`translate(${x} ${y})`}>
          <title>{name}</title>
          <rect
            width={nodeWidth}
            height={nodeHeight}
            rx={14}
            fill="var(--surface)"
            stroke="var(--line-strong)"
            strokeWidth={2}
          />
          <rect
            x={12}
            y={12}
            width={40}
            height={40}
            rx={10}
            fill={`var(--${groupOf(type)})`}
            opacity={0.85}
          />
          <text x={64} y={39} fontSize={19} fontWeight={600} fill="var(--text)">
            {name.length > 14 ? `${name.slice(0, 13)}…` : name}
          </text>
        </g>
      ))}
    </svg>
  )
}

function groupOf(type: string): string {
  const group = type.split('.')[0] ?? ''
  return groupColours.includes(group) ? group : 'flow'
}

function curve(edge: WorkflowEdge, places: ReadonlyMap<string, readonly [number, number]>): string {
  const [sx, sy] = places.get(edge.source) ?? [0, 0]
  const [tx, ty] = places.get(edge.target) ?? [0, 0]
  const [x1, y1, x2, y2] = [sx + nodeWidth, sy + nodeHeight / 2, tx, ty + nodeHeight / 2]
  const bend = Math.max(40, Math.abs(x2 - x1) / 2)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
