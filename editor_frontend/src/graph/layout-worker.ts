/** Runs the layout beside the page, so that a large graph never freezes it. */
import { computeLayout } from './compute-layout'
import type { LayoutRequest } from './layout'

self.addEventListener('message', (event: MessageEvent<LayoutRequest>) => {
  self.postMessage(computeLayout(event.data))
})
