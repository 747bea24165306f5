import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { errorText } from '@/api/client'
import { foldersQuery, useCreateFolder, useDeleteFolder, useMoveFolder } from '@/api/folders'
import { Button } from '@/ui/Button'
import { Combobox } from '@/ui/Combobox'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { showToast } from '@/ui/toast-store'
import { isAtOrBelow, joined, nameOf, parentOf } from './folder-path'
import { useFiling } from './use-filing'

/** What is to be done with folders, one at a time. */
export type FolderTask =
  | { kind: 'create'; parent: string }
  | { kind: 'rename'; path: string }
  | { kind: 'move'; path: string }
  | { kind: 'remove'; path: string }
  | { kind: 'file'; ids: string[]; what: string; from: string }

interface FolderDialogsProps {
  task: FolderTask
  onClose: () => void
  /** Workflows have found their folder. */
  onFiled: () => void
}

export function FolderDialogs({ task, onClose, onFiled }: FolderDialogsProps) {
  const create = useCreateFolder()
  const move = useMoveFolder()
  const remove = useDeleteFolder()
  const filing = useFiling()
  const onError = (error: unknown) => showToast(errorText(error), { tone: 'problem' })
  const settle = { onSuccess: onClose, onError }
  switch (task.kind) {
    case 'create':
      return (
        <NameDialog
          title={task.parent ? `New folder in “${nameOf(task.parent)}”` : 'New folder'}
          name=""
          action="Create"
          isBusy={create.isPending}
          onClose={onClose}
          onSubmit={(name) => create.mutate(joined(task.parent, name), settle)}
        />
      )
    case 'rename':
      return (
        <NameDialog
          title={`Rename “${nameOf(task.path)}”`}
          name={nameOf(task.path)}
          action="Rename"
          isBusy={move.isPending}
          onClose={onClose}
          onSubmit={(name) => move.mutate({ path: task.path, to: joined(parentOf(task.path), name) }, settle)}
        />
      )
    case 'move':
      return (
        <PlaceDialog
          title={`Move “${nameOf(task.path)}”`}
          from={parentOf(task.path)}
          without={task.path}
          isBusy={filing.isBusy}
          onClose={onClose}
          onSubmit={(into) => filing.fileFolder(task.path, into, onClose)}
        />
      )
    case 'file':
      return (
        <PlaceDialog
          title={`Move ${task.what}`}
          from={task.from}
          isBusy={filing.isBusy}
          onClose={onClose}
          onSubmit={(folder) =>
            filing.fileWorkflows(task.ids, folder, () => {
              onFiled()
              onClose()
            })
          }
        />
      )
    case 'remove':
      return (
        <ConfirmDialog
          isOpen
          onClose={onClose}
          title={`Remove the folder “${nameOf(task.path)}”?`}
          confirmLabel="Remove"
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(task.path, settle)}
        >
          {parentOf(task.path)
            ? `The workflows and folders in it move up to “${parentOf(task.path)}”.`
            : 'The workflows and folders in it move out of it. Nothing else changes.'}
        </ConfirmDialog>
      )
  }
}

interface AskDialogProps {
  title: string
  action: string
  isBusy: boolean
  isReady: boolean
  onClose: () => void
  onSubmit: () => void
  children: ReactNode
}

function AskDialog({ title, action, isBusy, isReady, onClose, onSubmit, children }: AskDialogProps) {
  const formId = useId()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" isBusy={isBusy} disabled={!isReady}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) onSubmit()
        }}
      >
        {children}
      </form>
    </Dialog>
  )
}

interface NameDialogProps {
  title: string
  name: string
  action: string
  isBusy: boolean
  onClose: () => void
  onSubmit: (name: string) => void
}

function NameDialog({ title, name, action, isBusy, onClose, onSubmit }: NameDialogProps) {
  const [text, setText] = useState(name)
  return (
    <AskDialog
      title={title}
      action={action}
      isBusy={isBusy}
      isReady={text.trim() !== ''}
      onClose={onClose}
      onSubmit={() => onSubmit(text.trim())}
    >
      <Field label="Name" htmlFor="folder-name" help="A / in it makes a folder in a folder.">
        <Input
          id="folder-name"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
    </AskDialog>
  )
}

interface PlaceDialogProps {
  title: string
  from: string
  /** A folder that cannot go into itself. */
  without?: string
  isBusy: boolean
  onClose: () => void
  onSubmit: (folder: string) => void
}

/** Asks for a folder, an old one or a new one. */
function PlaceDialog({ title, from, without, isBusy, onClose, onSubmit }: PlaceDialogProps) {
  const { data: folders = [] } = useQuery(foldersQuery)
  const [folder, setFolder] = useState('')
  const [search, setSearch] = useState<string | null>(null)
  const words = (search ?? '').toLowerCase()
  const choices = folders
    .filter(({ path }) => !without || !isAtOrBelow(path, without))
    .filter(({ path }) => path !== from && path.toLowerCase().includes(words))
    .map(({ path }) => ({ value: path, label: path }))
  const outside = { value: '', label: 'Outside of all folders' }
  return (
    <AskDialog
      title={title}
      action="Move"
      isBusy={isBusy}
      isReady={folder !== from || from !== ''}
      onClose={onClose}
      onSubmit={() => onSubmit(folder.trim())}
    >
      <Field
        label="Folder"
        htmlFor="folder-place"
        help="One that is not there yet is made, also one in another: Sales/Orders."
      >
        <Combobox
          id="folder-place"
          label="Folder"
          value={folder}
          text={folder}
          placeholder={from ? outside.label : 'Choose or name a folder'}
          isFree
          choices={from && !words ? [outside, ...choices] : choices}
          onChange={setFolder}
          onSearch={setSearch}
        />
      </Field>
    </AskDialog>
  )
}
