import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { Problem } from '@/api/types'
import { SchemaForm } from '@/forms/SchemaForm'
import type { Schema } from '@/forms/schema'
import { setWorkflowSetting } from '@/graph/commands'
import type { WorkflowStore } from '@/graph/workflow-store'
import { Dialog } from '@/ui/Dialog'
import styles from './WorkflowSettings.module.css'

interface WorkflowSettingsProps {
  store: WorkflowStore
  schema: Schema
  /** What the server found wrong with the draft when it was last saved. */
  problems: readonly Problem[]
  onClose: () => void
}

const prefix = 'settings.'

/** What holds for all runs of a workflow, and which of them people should look at. */
export function WorkflowSettings({ store, schema, problems, onClose }: WorkflowSettingsProps) {
  const settings = useStore(store, (state) => state.document.settings)
  const nodes = useStore(store, (state) => state.document.nodes)
  const { general, unusual } = useMemo(() => partsOf(schema), [schema])
  const own = useMemo(
    () =>
      problems
        .filter(({ path }) => path.startsWith(prefix))
        .map((problem) => ({ ...problem, path: problem.path.slice(prefix.length) })),
    [problems],
  )
  const change = (part: Schema) => (next: Record<string, unknown>) => {
    for (const name of Object.keys(part.properties ?? {}))
      store.getState().dispatch(setWorkflowSetting(name, next[name]))
  }
  const shared = { value: settings, problems: own, nodes }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Workflow settings"
      description="Live runs go by them once they are published."
    >
      <section className={styles.part} aria-label="Runs">
        <SchemaForm {...shared} idPrefix="workflow" schema={general} onChange={change(general)} />
      </section>
      <section className={styles.part} aria-labelledby="unusual-runs">
        <h3 id="unusual-runs">Unusual runs</h3>
        <p>
          Rules say which runs people should look at. They judge runs of the live version; those that are
          started by hand are left alone.
        </p>
        <SchemaForm {...shared} idPrefix="unusual" schema={unusual} onChange={change(unusual)} />
      </section>
    </Dialog>
  )
}

/** The schema of all but the rules, and that of the rules. */
function partsOf(schema: Schema): { general: Schema; unusual: Schema } {
  const { unusual = {}, ...general } = schema.properties ?? {}
  return { general: { ...schema, properties: general }, unusual: { ...schema, properties: { unusual } } }
}
