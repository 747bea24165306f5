import { describe, expect, it } from 'vitest'
import { onMap, projection, viewBox } from './mini-map'

const size = { width: 100, height: 60 }

describe('the small map', () => {
  it('shows all boxes in its middle', () => {
    const boxes = [
      { x: -100, y: 0, width: 200, height: 64 },
      { x: 700, y: 800, width: 200, height: 64 },
    ]
    const place = projection(boxes, size)
    const [first, last] = boxes.map((box) => onMap(box, place))
    expect(first?.y).toBeCloseTo(6)
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeCloseTo(54)
    expect(first?.x).toBeCloseTo(100 - (last?.x ?? 0) - (last?.width ?? 0))
  })

  it('has a place for nothing', () => {
    expect(projection([], size)).toEqual({ scale: 1, left: 0, top: 0 })
  })

  it('knows the part in view', () => {
    expect(viewBox([-100, 50, 0.5], 800, 600)).toEqual({ x: 200, y: -100, width: 1600, height: 1200 })
  })
})
