import { useEffect } from 'react'
import { create } from 'zustand'

/** Something a person can do by name, from the command palette (Ctrl+K) or by its shortcut. */
export interface Command {
  id: string
  title: string
  /** Heading in the palette, such as "Go to" or "Workflow". */
  group: string
  shortcut?: string
  /** More words to find it by. */
  keywords?: string
  run: () => void
}

interface CommandState {
  commands: ReadonlyMap<string, Command>
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
}

export const useCommandStore = create<CommandState>((set) => ({
  commands: new Map(),
  isOpen: false,
  setOpen: (isOpen) => set({ isOpen }),
}))

/** Offers commands in the palette. Returns the way to take them back. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommandStore.setState((state) => ({
    commands: new Map([...state.commands, ...commands.map((command) => [command.id, command] as const)]),
  }))
  return () =>
    useCommandStore.setState((state) => ({
      commands: new Map([...state.commands].filter(([, command]) => !commands.includes(command))),
    }))
}

/** The same for as long as a component is on the page. `commands` must keep its identity. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => registerCommands(commands), [commands])
}
