const fields = 'input, textarea, select, [contenteditable="true"]'

/** Goes to the first field of the row that a press on the "add" button below it has just made. */
export function focusAdded(button: HTMLElement): void {
  requestAnimationFrame(() => {
    button.previousElementSibling?.querySelector<HTMLElement>(fields)?.focus()
  })
}
