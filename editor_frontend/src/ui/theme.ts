import { create } from 'zustand'

export type ThemeChoice = 'system' | 'light' | 'dark'

const storageKey = 'theme'
const prefersDark = () => window.matchMedia('(prefers-color-scheme: dark)')

function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function apply(choice: ThemeChoice): 'light' | 'dark' {
  const isDark = choice === 'dark' || (choice === 'system' && prefersDark().matches)
  const theme = isDark ? 'dark' : 'light'
  document.documentElement.dataset.theme = theme
  return theme
}

interface ThemeState {
  choice: ThemeChoice
  theme: 'light' | 'dark'
  choose: (choice: ThemeChoice) => void
}

/** Light or dark: what the person chose, else what the system says. */
export const useTheme = create<ThemeState>((set) => {
  const choice = readChoice()
  return {
    choice,
    theme: apply(choice),
    choose: (next) => {
      if (next === 'system') localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, next)
      set({ choice: next, theme: apply(next) })
    },
  }
})

/** Follows the system while nothing is chosen. Call once. */
export function followSystemTheme(): void {
  prefersDark().addEventListener('change', () => {
    const { choice } = useTheme.getState()
    if (choice === 'system') useTheme.setState({ theme: apply('system') })
  })
}
