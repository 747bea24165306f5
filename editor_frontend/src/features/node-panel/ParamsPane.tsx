import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo } from 'react'
import { SchemaForm } from '@/forms/SchemaForm'
import type { Schema } from '@/forms/schema'
import { IconButton } from '@/ui/IconButton'
import { FieldsView } from './FieldsView'
import styles from './ParamsPane.module.css'
import type { NodePanelProps } from './panel-types'
import type { PanelData } from './use-panel-data'

interface ParamsPaneProps {
  props: NodePanelProps
  data: PanelData
  /** With the current item's fields below, to drag from; not when the input is beside it. */
  showsFields: boolean
}

export function ParamsPane({ props, data, showsFields }: ParamsPaneProps) {
  const { node, nodeType, problems, readOnly, onParamsChange } = props
  const own = useMemo(() => problemsInParams(problems, node.id), [problems, node.id])
  if (!nodeType) {
    return (
      <p className={styles.none}>
        This server does not know the node type <code>{node.type}</code>. Its settings are kept as they are.
      </p>
    )
  }
  const schema = nodeType.params_schema as Schema
  const hasParams = Object.keys(schema.properties ?? {}).length > 0
  return (
    <div className={styles.pane}>
      {hasParams ? (
        <SchemaForm
          schema={schema}
          value={node.params}
          onChange={onParamsChange}
          problems={own}
          expressions={data.expressions}
          isReadOnly={readOnly}
        />
      ) : (
        <p className={styles.none}>{`${nodeType.title} has nothing to set.`}</p>
      )}
      {showsFields && data.sample && (
        <section className={styles.input}>
          <header className={styles.inputTop}>
            <h3>Input</h3>
            <span>drag a field onto a param</span>
            <ItemStepper data={data} />
          </header>
          <FieldsView item={data.sample} start="$json" />
        </section>
      )}
    </div>
  )
}

/** Which item previews are made for. */
export function ItemStepper({ data }: { data: PanelData }) {
  if (data.itemCount < 2) return null
  return (
    <div className={styles.stepper}>
      <IconButton
        label="Previous item"
        icon={<ChevronLeft />}
        size="small"
        disabled={data.item === 0}
        onClick={() => data.chooseItem(data.item - 1)}
      />
      <span>{`${data.item + 1} of ${data.itemCount}`}</span>
      <IconButton
        label="Next item"
        icon={<ChevronRight />}
        size="small"
        disabled={data.item >= data.itemCount - 1}
        onClick={() => data.chooseItem(data.item + 1)}
      />
    </div>
  )
}

/** `nodes.<id>.params.url` → `url`. */
function problemsInParams(problems: NodePanelProps['problems'], id: string): NodePanelProps['problems'] {
  const prefix = `nodes.${id}.params.`
  return problems
    .filter(({ path }) => path.startsWith(prefix))
    .map((problem) => ({ ...problem, path: problem.path.slice(prefix.length) }))
}
