/**
 * Where a path that leads nowhere should be tried instead, or null (host.md §8.2): percent-encoded names are
 * rewritten to tilde-encoding, and trailing slashes are dropped. The answer always begins with exactly one
 * slash that no second slash or backslash follows, so it never leaves this site.
 */
export function otherPathToTry(path: string): string | null {
  const rewritten = path.includes('%')
    ? path.replaceAll('~', '~7E').replaceAll('%', '~').replaceAll('.', '~2E')
    : withoutEnd(path)
  const local = `/${rewritten.replace(/^[/\\]+/u, '')}`
  return local === path || local === '/' ? null : local
}

/** A path without slashes at its end. Those that are not there are looked at once, and not again from each of them. */
function withoutEnd(path: string): string {
  return path.replace(/(?<!\/)\/+$/u, '')
}

/** Where a path stands now that has moved for good: addresses of older versions (host.md §8.2). Null for all others. */
export function movedPath(path: string): string | null {
  if (path === '/-') return '/-/'
  return path.startsWith('/:memory:') ? `/_memory${path.slice('/:memory:'.length)}` : null
}

/** What is said to be missing at a path that no route has: below `/-/` Datasette looks for a database of that name (host.md §8.2). */
export function missingText(rawPath: string): string {
  return /^\/-\/[^/]+(?:\/[^/]+)?$/u.test(rawPath) ? 'Database not found' : '404'
}
