/** Files on items: what they are called, how large they are, and how they can be shown. Pure. */
import { apiRoot } from '@/api/client'
import type { Json } from '@/api/types'

export interface FileRef {
  hash: string
  name: string
  mime_type: string
  size: number
}

export interface NamedFile {
  /** Under which name the item has it. */
  key: string
  file: FileRef
}

export function filesOf(files: Json | undefined): NamedFile[] {
  if (typeof files !== 'object' || files === null || Array.isArray(files)) return []
  return Object.entries(files).flatMap(([key, value]) => {
    const file = toFileRef(value)
    return file ? [{ key, file }] : []
  })
}

function toFileRef(value: Json): FileRef | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { hash, name, mime_type, size } = value
  if (typeof hash !== 'string' || typeof name !== 'string') return null
  return { hash, name, mime_type: String(mime_type ?? ''), size: Number(size ?? 0) }
}

export type FileKind = 'image' | 'svg' | 'pdf' | 'audio' | 'video' | 'html' | 'text' | 'other'

const textEndings =
  /\.(txt|md|csv|tsv|json|ndjson|xml|ya?ml|toml|ini|log|js|ts|py|css|sql|ics|eml|svg|html?)$/i
const textTypes = /^(text\/.*|application\/(json|xml|javascript|x-ndjson|yaml|sql|toml)|.*\+(json|xml))$/

/** By its media type; by its ending where the type says nothing. */
export function fileKind({ name, mime_type }: Pick<FileRef, 'name' | 'mime_type'>): FileKind {
  const type = mime_type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'image/svg+xml') return 'svg'
  if (/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(type)) return 'image'
  if (type === 'application/pdf') return 'pdf'
  if (/^audio\/[\w.+-]+$/.test(type)) return 'audio'
  if (/^video\/(mp4|webm|ogg)$/.test(type)) return 'video'
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (textTypes.test(type)) return 'text'
  const saysNothing = type === '' || type === 'application/octet-stream'
  return saysNothing && textEndings.test(name) ? 'text' : 'other'
}

/** `isInline`: to be shown in place, where the server finds its type harmless. */
export function fileUrl(file: FileRef, isInline: boolean): string {
  const query = new URLSearchParams({ name: file.name, type: file.mime_type || 'application/octet-stream' })
  if (isInline) query.set('inline', 'true')
  return `${apiRoot}/files/${encodeURIComponent(file.hash)}?${query}`
}

const units = ['bytes', 'KB', 'MB', 'GB']

/** 1,536 → "1.5 KB". */
export function sizeText(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  const digits = power === 0 || value >= 100 ? 0 : 1
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${bytes === 1 ? 'byte' : units[power]}`
}

/** Bytes as lines of an address, sixteen numbers, and the characters they stand for. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let start = 0; start < bytes.length; start += 16) {
    const part = [...bytes.slice(start, start + 16)]
    const numbers = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const letters = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${start.toString(16).padStart(6, '0')}  ${numbers.padEnd(47)}  ${letters}`)
  }
  return lines.join('\n')
}
