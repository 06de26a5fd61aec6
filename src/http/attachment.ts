/**
 * The `Content-Disposition` of an answer that is to be saved under this name (RFC 6266). Characters that mean something to a
 * file system, and those that cannot be seen, are written as `_`. Names beyond ASCII stand in `filename*` as well
 * (RFC 8187); clients that do not know it find `_` in their place.
 */
export function attachment(name: string): string {
  const safe = name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\/:*?<>|]/gu, '_')
  const ascii = safe.replaceAll(/[^ -~]/gu, '_')
  const disposition = `attachment; filename="${ascii}"`
  return ascii === safe ? disposition : `${disposition}; filename*=UTF-8''${encode(safe)}`
}

/** Leaves what RFC 8187 allows to stand, and no more. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
