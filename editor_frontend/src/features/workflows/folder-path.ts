/** Paths of folders, such as `Sales/Orders`; empty outside of all. Pure. */
import type { Folder } from '@/api/types'

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function joined(parent: string, name: string): string {
  return parent ? `${parent}/${name}` : name
}

/** The folders above a folder and itself, outermost first. */
export function lineageOf(path: string): string[] {
  const names = path ? path.split('/') : []
  return names.map((_, depth) => names.slice(0, depth + 1).join('/'))
}

/** What stands directly in a folder. */
export function childrenOf(folders: readonly Folder[], path: string): Folder[] {
  return folders.filter((folder) => parentOf(folder.path) === path)
}

export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

export function folderAddress(path: string): string {
  return path ? `/workflows?folder=${encodeURIComponent(path)}` : '/workflows'
}
