import { Handle, Position } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { positionAfter } from '@/graph/place'
import { classes } from '@/ui/classes'
import { useCanvas, useCanvasUi } from './canvas-context'
import { clickPort } from './connecting'
import { portOffset } from './mapping'
import styles from './NodeCard.module.css'

interface PortsProps {
  side: 'source' | 'target'
  ports: string[]
  nodeId: string
  height: number
  /** Ports that an edge leaves from: the others offer a "+". */
  used?: readonly string[]
}

export function Ports({ side, ports, nodeId, height, used = [] }: PortsProps) {
  const canvas = useCanvas()
  const { isReadOnly } = canvas
  const end = side === 'source' ? 'output' : 'input'
  const held = useCanvasUi(({ connecting: line }) =>
    line?.node === nodeId && line.side === end ? line.port : null,
  )
  const isLabelled = ports.length > 1 || (side === 'source' && ports[0] !== 'main' && ports[0] !== undefined)
  return ports.map((port, index) => {
    const top = portOffset(index, ports.length, height)
    return (
      <div key={port} className={styles.portSlot}>
        <Handle
          id={port}
          type={side}
          position={side === 'source' ? Position.Right : Position.Left}
          style={{ top }}
          className={classes(
            styles.port,
            port === 'error' && styles.errorPort,
            port === held && styles.held,
            ports.length > 1 && styles.crowded,
          )}
          isConnectable={!isReadOnly}
          role="img"
          aria-label={side === 'source' ? `Output ${port}` : `Input ${port}`}
          onClick={(event) => {
            if (isReadOnly) return
            event.stopPropagation()
            clickPort(canvas, { node: nodeId, port, side: end })
          }}
        />
        {isLabelled && (
          <span className={classes(styles.portLabel, side === 'target' && styles.inputLabel)} style={{ top }}>
            {port}
          </span>
        )}
        {side === 'source' && !isReadOnly && !used.includes(port) && (
          <AddAfter nodeId={nodeId} port={port} top={top} />
        )}
      </div>
    )
  })
}

/** "+" at a free output: adds the next step to the right. */
function AddAfter({ nodeId, port, top }: { nodeId: string; port: string; top: number }) {
  const { store, host } = useCanvas()
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes(styles.addAfter, 'nodrag', 'nopan')}
      style={{ top }}
      aria-label={`Add a node after ${port === 'main' ? 'this' : port}`}
      onClick={(event) => {
        event.stopPropagation()
        const { document } = store.getState()
        const position = positionAfter(document, nodeId)
        host.openPalette({ position, from: { node: nodeId, port, side: 'output' } }, [
          event.clientX,
          event.clientY,
        ])
      }}
    >
      <Plus aria-hidden="true" />
    </button>
  )
}
