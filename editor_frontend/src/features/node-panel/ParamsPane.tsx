import { ChevronDown } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { JsonObject } from '@/api/types'
import { SchemaForm } from '@/forms/SchemaForm'
import type { Schema } from '@/forms/schema'
import { FieldsView } from './FieldsView'
import styles from './ParamsPane.module.css'
import { PlaceStepper } from './PlaceStepper'
import type { NodePanelProps } from './panel-types'
import { TriggerAddress } from './TriggerAddress'
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
    <div className={styles.stack}>
      <div className={styles.pane}>
        <TriggerAddress source={nodeType.source} params={node.params} onTry={props.onTry} />
        {hasParams ? (
          <SchemaForm
            schema={schema}
            value={node.params}
            onChange={onParamsChange}
            problems={own}
            expressions={data.expressions}
            isReadOnly={readOnly}
            nodeType={nodeType.key}
          />
        ) : (
          <p className={styles.none}>{`${nodeType.title} has nothing to set.`}</p>
        )}
      </div>
      {showsFields && data.sample && hasParams && <InputDock data={data} sample={data.sample} />}
    </div>
  )
}

/** The current item, always in reach of the field it is dragged to. */
function InputDock({ data, sample }: { data: PanelData; sample: JsonObject }) {
  const [isOpen, setOpen] = useState(true)
  return (
    <section className={styles.dock} aria-label="Fields of the input">
      <header className={styles.dockTop}>
        <button
          type="button"
          className={styles.dockTitle}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronDown aria-hidden="true" />
          Input
          <span>drag a field onto a param</span>
        </button>
        <ItemStepper data={data} />
      </header>
      {isOpen && (
        <div className={styles.dockFields}>
          <FieldsView item={sample} start="$json" />
        </div>
      )}
    </section>
  )
}

/** Which item previews are made for. */
export function ItemStepper({ data }: { data: PanelData }) {
  if (data.itemCount < 2) return null
  return <PlaceStepper place={data.item} count={data.itemCount} onChoose={data.chooseItem} />
}

/** `nodes.<id>.params.url` → `url`. */
function problemsInParams(problems: NodePanelProps['problems'], id: string): NodePanelProps['problems'] {
  const prefix = `nodes.${id}.params.`
  return problems
    .filter(({ path }) => path.startsWith(prefix))
    .map((problem) => ({ ...problem, path: problem.path.slice(prefix.length) }))
}
