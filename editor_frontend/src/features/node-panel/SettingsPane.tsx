import { useMemo } from 'react'
import { SchemaForm } from '@/forms/SchemaForm'
import { asObject } from '@/forms/values'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/Input'
import styles from './ParamsPane.module.css'
import type { NodePanelProps } from './panel-types'
import { settingsSchema } from './settings-schema'

/** What holds for every node: errors, retries, time limit, notes. */
export function SettingsPane({ props }: { props: NodePanelProps }) {
  const { node, problems, readOnly, onSettingsChange, onNotesChange } = props
  const own = useMemo(() => {
    const prefix = `nodes.${node.id}.settings.`
    return problems
      .filter(({ path }) => path.startsWith(prefix))
      .map((problem) => ({ ...problem, path: problem.path.slice(prefix.length) }))
  }, [problems, node.id])
  return (
    <div className={styles.pane}>
      <SchemaForm
        idPrefix="setting"
        schema={settingsSchema}
        value={asObject(node.settings)}
        onChange={onSettingsChange}
        problems={own}
        isReadOnly={readOnly}
      />
      {onNotesChange && (
        <Field label="Notes" htmlFor="node-notes" help="For whoever opens this node next.">
          <TextArea
            id="node-notes"
            value={node.notes ?? ''}
            readOnly={readOnly}
            onChange={(event) => onNotesChange(event.target.value)}
          />
        </Field>
      )}
    </div>
  )
}
