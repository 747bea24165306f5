import { createBrowserRouter } from 'react-router'
import { AuthGate } from './AuthGate'
import { RouteError } from './FailedPage'
import { AppLayout } from './layout/AppLayout'
import { NotFoundPage } from './NotFoundPage'
import { Root } from './Root'

/** Each page is a chunk of its own, so that the canvas does not load the inbox. */
const pages = [
  {
    index: true as const,
    lazy: async () => ({ Component: (await import('@/features/home/HomePage')).HomePage }),
  },
  {
    path: 'workflows',
    lazy: async () => ({ Component: (await import('@/features/workflows/WorkflowsPage')).WorkflowsPage }),
  },
  {
    path: 'workflows/:workflowId',
    lazy: async () => ({ Component: (await import('./pages/EditorPage')).EditorPage }),
  },
  { path: 'runs', lazy: async () => ({ Component: (await import('@/features/runs/RunsPage')).RunsPage }) },
  {
    path: 'runs/:runId/compare/:otherId',
    lazy: async () => ({ Component: (await import('./pages/ComparePage')).ComparePage }),
  },
  { path: 'runs/:runId', lazy: async () => ({ Component: (await import('./pages/RunPage')).RunPage }) },
  {
    path: 'inbox/figures',
    lazy: async () => ({ Component: (await import('@/features/inbox/FiguresPage')).FiguresPage }),
  },
  {
    path: 'inbox/:taskId?',
    lazy: async () => ({ Component: (await import('@/features/inbox/InboxPage')).InboxPage }),
  },
  {
    path: 'credentials',
    lazy: async () => ({
      Component: (await import('@/features/credentials/CredentialsPage')).CredentialsPage,
    }),
  },
  {
    path: 'memory',
    lazy: async () => ({ Component: (await import('@/features/memory/MemoryPage')).MemoryPage }),
  },
  {
    path: 'templates',
    lazy: async () => ({ Component: (await import('@/features/templates/TemplatesPage')).TemplatesPage }),
  },
  {
    path: 'help/:nodeType?',
    lazy: async () => ({ Component: (await import('@/features/help/HelpPage')).HelpPage }),
  },
  {
    path: 'settings',
    lazy: async () => ({ Component: (await import('@/features/settings/SettingsPage')).SettingsPage }),
  },
  { path: '*', Component: NotFoundPage },
].map((page) => ({ ...page, ErrorBoundary: RouteError }))

export const router = createBrowserRouter([
  {
    Component: Root,
    HydrateFallback: () => null,
    ErrorBoundary: RouteError,
    children: [
      {
        path: '/signin',
        lazy: async () => ({ Component: (await import('@/features/account/SignInPage')).SignInPage }),
      },
      {
        path: '/welcome',
        lazy: async () => ({ Component: (await import('@/features/account/WelcomePage')).WelcomePage }),
      },
      { path: '/', Component: AuthGate, children: [{ Component: AppLayout, children: pages }] },
    ],
  },
])
