import type { CSSProperties } from 'react'
import type { WorkflowDocument, WorkflowEdge } from '@/graph/document'
import type { NodeGroupInfo } from '@/graph/node-type'
import { SvgIcon } from '@/ui/SvgIcon'
import styles from './TemplatesPage.module.css'

const width = 340
const height = 168
const margin = 34
const manyNodes = 10
const groupColours = ['trigger', 'flow', 'data', 'http', 'ai', 'human', 'notify', 'memory']

type Places = ReadonlyMap<string, readonly [x: number, y: number]>

/** A small picture of a workflow: a tile for each node, drawn closer together than on the canvas. */
export function GraphPreview({
  document,
  groups,
}: {
  document: WorkflowDocument
  groups: readonly NodeGroupInfo[]
}) {
  const places = placesOf(document)
  const tile = document.nodes.length < manyNodes ? 30 : 22
  return (
    <div className={styles.preview} aria-hidden="true">
      <svg viewBox={`0 0 ${width} ${height}`} className={styles.lines} aria-hidden="true">
        {document.edges.map((edge) => (
          <path
            key={`${edge.source}>${edge.output}>${edge.target}>${edge.input}`}
            d={curve(edge, places, tile)}
            fill="none"
            stroke="var(--line-strong)"
            strokeWidth={1.5}
          />
        ))}
      </svg>
      {document.nodes.map(({ id, type }) => {
        const [x, y] = places.get(id) ?? [0, 0]
        const group = type.split('.')[0] ?? ''
        const style = {
          left: `${(100 * x) / width}%`,
          top: `${(100 * y) / height}%`,
          width: `${(100 * tile) / width}%`,
          '--colour': `var(--${groupColours.includes(group) ? group : 'flow'})`,
        } as CSSProperties
        return (
          <span key={id} className={styles.tile} style={style}>
            <SvgIcon svg={groups.find(({ key }) => key === group)?.icon ?? ''} />
          </span>
        )
      })}
    </div>
  )
}

/** Centres of the tiles: both directions are stretched to fill, but never far apart. */
function placesOf(document: WorkflowDocument): Places {
  const scaleOf = (axis: 0 | 1, room: number, most: number) => {
    const all = document.nodes.map(({ position }) => position[axis])
    const [low, high] = [Math.min(...all), Math.max(...all)]
    const scale = high > low ? Math.min(most, (room - 2 * margin) / (high - low)) : 0
    const start = room / 2 - ((high - low) * scale) / 2
    return (value: number) => start + (value - low) * scale
  }
  const x = scaleOf(0, width, 0.3)
  const y = scaleOf(1, height, 0.4)
  return new Map(document.nodes.map(({ id, position }) => [id, [x(position[0]), y(position[1])]]))
}

function curve(edge: WorkflowEdge, places: Places, tile: number): string {
  const [sx, sy] = places.get(edge.source) ?? [0, 0]
  const [tx, ty] = places.get(edge.target) ?? [0, 0]
  const [x1, x2] = [sx + tile / 2, tx - tile / 2]
  const bend = Math.max(8, Math.abs(x2 - x1) / 2)
  return `M${x1} ${sy} C${x1 + bend} ${sy} ${x2 - bend} ${ty} ${x2} ${ty}`
}
