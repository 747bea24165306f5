import { FileUp, FolderInput, FolderOpen, Plus, Workflow } from 'lucide-react'
import { useCallback, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { WorkflowRow } from '@/api/types'
import { useCreateWorkflow } from '@/api/workflows'
import { Button } from '@/ui/Button'
import { ChosenBar } from '@/ui/ChosenBar'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { Table } from '@/ui/Table'
import { useChosen } from '@/ui/use-chosen'
import { useIsPhone } from '@/ui/use-media'
import { DeleteWorkflow } from './DeleteWorkflow'
import { FolderBar } from './FolderBar'
import { FolderDialogs, type FolderTask } from './FolderDialogs'
import { childrenOf } from './folder-path'
import { ImportButton } from './ImportButton'
import { TagsDialog } from './TagsDialog'
import { dragWorkflows } from './use-filing'
import { useImport } from './use-import'
import { useWorkflowList } from './use-workflow-list'
import styles from './WorkflowsPage.module.css'
import { useColumns } from './workflow-columns'

export function WorkflowsPage() {
  const navigate = useNavigate()
  const isPhone = useIsPhone()
  const list = useWorkflowList()
  const { folder, rows, workflows } = list
  const imports = useImport(folder)
  const [doomed, setDoomed] = useState<WorkflowRow | null>(null)
  const [tagged, setTagged] = useState<WorkflowRow | null>(null)
  const [task, setTask] = useState<FolderTask | null>(null)
  const chosen = useChosen(rows, boxLabel)
  const columns = useColumns({
    onDelete: setDoomed,
    onTag: setTagged,
    onMove: useCallback(
      (row) => setTask({ kind: 'file', ids: [row.id], what: `“${row.name}”`, from: row.folder }),
      [],
    ),
    showsFolder: list.isSearching,
  })
  const hasFolders = list.folders.length > 0
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <SearchInput label="Search workflows" value={list.search} onChange={list.setSearch} />
          <TagFilter rows={rows} value={list.tag} onChange={list.setTag} />
          {!isPhone && <ImportButton icon={<FileUp />} imports={imports} />}
          <NewButton folder={folder} />
        </>
      }
    >
      <section
        className={styles.drop}
        data-over={imports.isOver}
        aria-label="Workflows"
        {...imports.dropProps}
      >
        <p className={styles.dropWords} aria-hidden={!imports.isOver}>
          Drop the workflow file here
        </p>
        <FolderBar
          folder={folder}
          folders={list.isSearching ? [] : childrenOf(list.folders, folder)}
          onCreate={() => setTask({ kind: 'create', parent: folder })}
          onRename={(path) => setTask({ kind: 'rename', path })}
          onMove={(path) => setTask({ kind: 'move', path })}
          onRemove={(path) => setTask({ kind: 'remove', path })}
          onFiled={chosen.clear}
        />
        {chosen.rows.length > 0 && (
          <ChosenBar label="Chosen workflows" count={counted(chosen.rows.length)} onClear={chosen.clear}>
            <Button
              size="small"
              icon={<FolderInput aria-hidden="true" />}
              onClick={() =>
                setTask({
                  kind: 'file',
                  ids: chosen.rows.map(({ id }) => id),
                  what: counted(chosen.rows.length),
                  from: folder,
                })
              }
            >
              Move to folder…
            </Button>
          </ChosenBar>
        )}
        {workflows.isPending && <Skeleton lines={6} />}
        {rows.length > 0 && (
          <Table
            label="Workflows"
            columns={isPhone ? columns : [chosen.column, ...columns]}
            rows={rows}
            rowKey={(row) => row.id}
            onOpen={(row) => void navigate(`/workflows/${row.id}`)}
            rowProps={(row) => ({
              draggable: true,
              onDragStart: (event) => dragWorkflows(event, draggedWith(row, chosen.rows)),
            })}
          />
        )}
        {workflows.hasNextPage && (
          <Button onClick={() => void workflows.fetchNextPage()} isBusy={workflows.isFetchingNextPage}>
            Show more
          </Button>
        )}
        {workflows.isSuccess && rows.length === 0 && (
          <Nothing isSearching={list.isSearching} folder={folder} hasFolders={hasFolders} />
        )}
      </section>
      {tagged && <TagsDialog workflow={tagged} onClose={() => setTagged(null)} />}
      {task && <FolderDialogs task={task} onClose={() => setTask(null)} onFiled={chosen.clear} />}
      <DeleteWorkflow workflow={doomed} onClose={() => setDoomed(null)} />
    </Page>
  )
}

function boxLabel(row: WorkflowRow): string {
  return `Choose ${row.name}`
}

function counted(count: number): string {
  return count === 1 ? '1 workflow' : `${count} workflows`
}

/** A row that is ticked takes the other ticked ones along. */
function draggedWith(row: WorkflowRow, chosen: readonly WorkflowRow[]): string[] {
  const isChosen = chosen.some(({ id }) => id === row.id)
  return isChosen ? chosen.map(({ id }) => id) : [row.id]
}

function NewButton({ folder }: { folder: string }) {
  const navigate = useNavigate()
  const create = useCreateWorkflow()
  return (
    <Button
      variant="primary"
      icon={<Plus />}
      isBusy={create.isPending}
      onClick={() =>
        create.mutate(
          { name: 'New workflow', folder },
          { onSuccess: (workflow) => void navigate(`/workflows/${workflow.id}`) },
        )
      }
    >
      New workflow
    </Button>
  )
}

interface NothingProps {
  isSearching: boolean
  folder: string
  hasFolders: boolean
}

function Nothing({ isSearching, folder, hasFolders }: NothingProps) {
  if (isSearching) return <EmptyState icon={<Workflow />} title="No workflow fits" />
  if (folder) {
    return (
      <EmptyState
        icon={<FolderOpen />}
        title="No workflow in this folder"
        action={<NewButton folder={folder} />}
      >
        Drag workflows onto a folder, or choose “Move to folder…” in their menu.
      </EmptyState>
    )
  }
  if (hasFolders) return <p className={styles.none}>All workflows are in folders.</p>
  return (
    <EmptyState icon={<Workflow />} title="Draw your first workflow" action={<NewButton folder="" />}>
      A workflow starts with a trigger, such as a webhook or a schedule, and leads its items through nodes.
      Not sure where to begin? <Link to="/templates">Start from a template</Link>.
    </EmptyState>
  )
}

/** The tags of what is listed; nothing while there are none. */
function TagFilter(props: { rows: readonly WorkflowRow[]; value: string; onChange: (tag: string) => void }) {
  const { rows, value, onChange } = props
  const known = [...new Set([...rows.flatMap(({ tags }) => tags), ...(value ? [value] : [])])].sort()
  if (known.length === 0) return null
  return (
    <Select
      aria-label="Tag"
      style={{ width: 'auto' }}
      options={[{ value: '', label: 'Any tag' }, ...known.map((tag) => ({ value: tag, label: tag }))]}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
