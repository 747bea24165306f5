const verbs: Record<string, string> = {
  approved: 'Approve',
  rejected: 'Reject',
  acknowledged: 'Acknowledge',
  revise: 'Send back',
  answered: 'Send',
  edited: 'Save',
  handled: 'Mark as handled',
  dismissed: 'Dismiss',
  retry: 'Retry',
  use_as_output: 'Go on with these items',
  skip: 'Skip this step',
  fail: 'Let it fail',
}

/** The outcome by which work goes back to whoever made it. */
export const sentBack = 'revise'

/** Outcomes for which a form need not be filled in. */
export const withoutAnswer = [sentBack, 'rejected', 'dismissed']

/** What a button says: `approved` → "Approve", `ask_bank` → "Ask bank". */
export function verbOf(outcome: string): string {
  return verbs[outcome] ?? pastOf(outcome)
}

/** What was decided: `approved` → "Approved". */
export function pastOf(outcome: string): string {
  const words = outcome.replaceAll('_', ' ')
  return outcome === sentBack ? 'Sent back' : words.charAt(0).toUpperCase() + words.slice(1)
}

export type OutcomeTone = 'success' | 'danger' | 'plain'

const positive = ['approved', 'acknowledged', 'retry', 'answered', 'edited', 'handled']
const negative = ['rejected', 'fail']

export function toneOf(outcome: string, outcomes: readonly string[]): OutcomeTone {
  if (positive.includes(outcome)) return 'success'
  if (negative.includes(outcome)) return 'danger'
  const isAnyKnown = outcomes.some((each) => positive.includes(each) || negative.includes(each))
  return !isAnyKnown && outcome === outcomes[0] ? 'success' : 'plain'
}

const keys: Record<string, string> = {
  approved: 'a',
  acknowledged: 'a',
  edited: 'a',
  rejected: 'r',
  revise: 'b',
}

/** The key that decides so: a, r, b, or the outcome's number. */
export function keyOf(outcome: string, index: number): string {
  return keys[outcome] ?? String(index + 1)
}

/** `approved`, after an edit → "Approve with edits"; saving edits says so itself. */
export function wordsOf(outcome: string, outcomes: readonly string[], isEdited: boolean): string {
  const tells = isEdited && outcome !== 'edited' && toneOf(outcome, outcomes) === 'success'
  return tells ? `${verbOf(outcome)} with edits` : verbOf(outcome)
}
