import type { Point } from '@/graph/document'

/** The node whose card lies at a screen position. */
export function nodeAt([x, y]: Point): string | null {
  const card = document.elementFromPoint(x, y)?.closest('[data-node]')
  return card?.getAttribute('data-node') ?? null
}

/** The edge that runs there, also under a card. */
export function edgeAt([x, y]: Point): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest('.react-flow__edge')
    if (edge) return edge.getAttribute('data-id')
  }
  return null
}

/** The group whose frame lies there, on top of all but what `isLeftOut` says. Frames let the pointer through. */
export function frameAt([x, y]: Point, isLeftOut: (id: string) => boolean): string | null {
  const frames = [...document.querySelectorAll<HTMLElement>('.react-flow__node-frame')]
  const frame = frames.findLast((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return x > left && x < right && y > top && y < bottom && !isLeftOut(element.dataset.id ?? '')
  })
  return frame?.dataset.id ?? null
}

/** The node that has the keyboard's focus itself, not something inside of it. */
export function focusedNode(target: EventTarget | null): string | null {
  const isNode = target instanceof HTMLElement && target.classList.contains('react-flow__node')
  return isNode ? (target.dataset.id ?? null) : null
}

/** Screen position of a mouse or touch event. */
export function screenPoint(event: MouseEvent | TouchEvent): Point {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event
  return [touch?.clientX ?? 0, touch?.clientY ?? 0]
}
