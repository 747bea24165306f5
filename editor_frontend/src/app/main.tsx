import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '../ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { followSystemTheme } from '@/ui/theme'
import { router } from './router'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
followSystemTheme()
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)
