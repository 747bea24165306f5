import { createBrowserRouter } from 'react-router'

export const router = createBrowserRouter([
  {
    path: '/workflows/:workflowId',
    lazy: async () => ({ Component: (await import('./pages/EditorPage')).EditorPage }),
  },
  { path: '/runs/:runId', lazy: async () => ({ Component: (await import('./pages/RunPage')).RunPage }) },
])
