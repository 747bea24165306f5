/** One that becomes two: the mark of the product. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--text)" />
      <path
        d="M11 16h4c3 0 2-6 5-6M15 16c3 0 2 6 5 6"
        fill="none"
        stroke="var(--surface)"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <circle cx="9" cy="16" r="3" fill="color-mix(in srgb, var(--accent) 75%, var(--surface))" />
      <circle cx="22.5" cy="10" r="2.7" fill="var(--surface)" />
      <circle cx="22.5" cy="22" r="2.7" fill="var(--surface)" />
    </svg>
  )
}
