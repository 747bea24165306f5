const verbs: Record<string, string> = { approved: 'Approve', rejected: 'Reject', acknowledged: 'Acknowledge' }

/** What a button says: `approved` → "Approve", `send_back` → "Send back". */
export function verbOf(outcome: string): string {
  return verbs[outcome] ?? pastOf(outcome)
}

/** What was decided: `approved` → "Approved". */
export function pastOf(outcome: string): string {
  const words = outcome.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export type OutcomeTone = 'success' | 'danger' | 'plain'

export function toneOf(outcome: string, isOnlyKnown: boolean): OutcomeTone {
  if (outcome === 'approved' || outcome === 'acknowledged') return 'success'
  if (outcome === 'rejected') return 'danger'
  return isOnlyKnown ? 'success' : 'plain'
}

/** The key that decides so: a, r, or the outcome's number. */
export function keyOf(outcome: string, index: number): string {
  return outcome === 'approved' ? 'a' : outcome === 'rejected' ? 'r' : String(index + 1)
}
