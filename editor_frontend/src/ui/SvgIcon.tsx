/** An icon that comes as SVG text from the server's own files. Decorative: give its neighbour the name. */
export function SvgIcon({ svg, className }: { svg: string; className?: string }) {
  // The text is a file of the product or of an installed package, never what a user wrote.
  // biome-ignore lint/security/noDangerouslySetInnerHtml: see above
  return <span className={className} aria-hidden="true" dangerouslySetInnerHTML={{ __html: svg }} />
}
