/** Named changes of sticky notes and group frames. */
import { batch, type Command, changeOf, leaveGroups } from './commands'
import type { CanvasNote, NodeGroup, WorkflowDocument } from './document'
import { sameJson } from './equal'
import type { Patch } from './patch'

export function addNote(note: CanvasNote): Command {
  return (document) =>
    document.notes.some((known) => known.id === note.id)
      ? null
      : changeOf('Add note', [
          { list: 'notes', id: note.id, index: document.notes.length, before: undefined, after: note },
        ])
}

export function editNote(id: string, fields: Partial<CanvasNote>): Command {
  return (document) => {
    const index = document.notes.findIndex((note) => note.id === id)
    const before = document.notes[index]
    if (!before) return null
    const after = { ...before, ...fields, id }
    if (sameJson(before, after)) return null
    return changeOf(
      'Edit note',
      [{ list: 'notes', id, index, before, after }],
      `note ${id} ${Object.keys(fields).join()}`,
    )
  }
}

export function removeNotes(ids: ReadonlySet<string>): Command {
  return (document) => changeOf('Delete note', removeFrom(document, 'notes', ids))
}

function removeFrom(document: WorkflowDocument, list: 'notes' | 'groups', ids: ReadonlySet<string>): Patch[] {
  const elements: (CanvasNote | NodeGroup)[] = document[list]
  return elements
    .map((element, index) => ({ list, id: element.id, index, before: element, after: undefined }) as Patch)
    .filter((patch) => 'id' in patch && ids.has(patch.id))
    .reverse()
}

/** Frames nodes. They leave the groups they were in: frames do not overlap. */
export function addGroup(group: NodeGroup): Command {
  return (document) => {
    if (group.nodes.length === 0 || document.groups.some((known) => known.id === group.id)) return null
    return batch('Group', [takeOut(new Set(group.nodes)), appendGroup(group)])(document)
  }
}

/** Nodes leave the groups they are in. */
export function takeOut(ids: ReadonlySet<string>): Command {
  return (document) => changeOf('Take out of the group', leaveGroups(document, ids))
}

/** Nodes join a group, and leave the others. */
export function putInto(id: string, nodes: readonly string[]): Command {
  return (document) => {
    const group = document.groups.find((known) => known.id === id)
    const joining = nodes.filter((node) => !group?.nodes.includes(node))
    if (!group || joining.length === 0) return null
    const join = editGroup(id, { nodes: [...group.nodes, ...joining] })
    return batch('Put into the group', [takeOut(new Set(joining)), join])(document)
  }
}

function appendGroup(group: NodeGroup): Command {
  return (document) =>
    changeOf('Group', [
      { list: 'groups', id: group.id, index: document.groups.length, before: undefined, after: group },
    ])
}

export function editGroup(id: string, fields: Partial<NodeGroup>): Command {
  return (document) => {
    const index = document.groups.findIndex((group) => group.id === id)
    const before = document.groups[index]
    if (!before) return null
    const after = { ...before, ...fields, id }
    if (sameJson(before, after)) return null
    return changeOf(
      'Edit group',
      [{ list: 'groups', id, index, before, after }],
      `group ${id} ${Object.keys(fields).join()}`,
    )
  }
}

/** Takes frames away; the nodes stay. */
export function removeGroups(ids: ReadonlySet<string>): Command {
  return (document) => changeOf('Ungroup', removeFrom(document, 'groups', ids))
}
