/** HTML that strangers made, as a page that can do nothing. Pure. */

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:"

/**
 * To be shown in `<iframe sandbox="" srcdoc=…>` only: the sandbox forbids scripts, forms, windows and this
 * site's origin; the policy here forbids every request, so that opening it tells nobody.
 */
export function inertPage(html: string): string {
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><style>:root{color-scheme:light;background:#fff;font:14px/1.5 system-ui,sans-serif}body{margin:12px;overflow-wrap:anywhere}img{max-width:100%}</style>${html}`
}
