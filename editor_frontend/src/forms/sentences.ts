/** A message and its hint as two sentences. */
export function sentences(message: string, hint?: string | null): string {
  if (!hint) return message
  const first = /[.!?…]$/.test(message) ? message : `${message}.`
  return `${first} ${hint.charAt(0).toUpperCase()}${hint.slice(1)}`
}
