/** What is shown beside a completion: what it does, an example, and what it gives for the current item. */
import type { Json, Preview, ReferenceEntry } from '@/api/types'

interface Here {
  /** The expression before the dot. */
  chain: string
  scope: { preview: (template: string, signal: AbortSignal) => Promise<Preview> }
}

/** `here`: to evaluate it as it stands, which is added when it is known; null where arguments are missing. */
export function completionInfo(entry: ReferenceEntry, here: Here | null): Node {
  const box = element('div', 'cm-help')
  box.append(element('code', 'cm-help-call', entry.call))
  box.append(element('p', '', entry.summary))
  const example = element('p', 'cm-help-example')
  example.append(element('code', '', entry.example), ' → ', element('code', '', short(entry.result as Json)))
  box.append(example)
  if (here) void addValue(box, entry, here)
  return box
}

async function addValue(box: HTMLElement, entry: ReferenceEntry, here: Here): Promise<void> {
  const value = await valueHere(entry, here)
  if (value === null) return
  const line = element('p', 'cm-help-here', 'Here: ')
  line.append(element('code', '', value))
  box.append(line)
}

async function valueHere(entry: ReferenceEntry, { chain, scope }: Here): Promise<string | null> {
  try {
    const found = await scope.preview(`={{ ${chain}.${entry.call} }}`, AbortSignal.timeout(3000))
    return found.error ? null : short(found.value)
  } catch {
    return null
  }
}

/** Always as text: data of strangers must never become markup. */
function element(tag: string, name: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  if (name) made.className = name
  made.textContent = text
  return made
}

function short(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
