import { create } from 'zustand'

export interface ToastMessage {
  id: number
  text: string
  tone: 'plain' | 'success' | 'problem'
  action?: { label: string; onSelect: () => void }
}

interface ToastState {
  toasts: ToastMessage[]
  show: (toast: Omit<ToastMessage, 'id'>) => number
  dismiss: (id: number) => void
}

let nextId = 1

export const useToasts = create<ToastState>((set) => ({
  toasts: [],
  show: (toast) => {
    const id = nextId++
    set((state) => ({ toasts: [...state.toasts.slice(-3), { ...toast, id }] }))
    return id
  },
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) })),
}))

/** Says something at the bottom of the page for a few seconds. Callable from anywhere. */
export function showToast(text: string, options: Partial<Omit<ToastMessage, 'id' | 'text'>> = {}): number {
  return useToasts.getState().show({ text, tone: 'plain', ...options })
}
