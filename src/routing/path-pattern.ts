/**
 * The little language that routes write their paths in (see `Route.path`). Matching looks at the raw path,
 * as Datasette does: a table called `a/b` arrives as `a~2Fb` and a percent sign is never decoded (host.md §8.2).
 */
export type PathPattern = {
  /** The variable parts of a matching raw path, still encoded; null when it does not match. */
  readonly match: (rawPath: string) => Readonly<Record<string, string>> | null
}

const TOKEN = /:(?<tail>[a-z_]+)\*\*$|:(?<rest>[a-z_]+)\*|:(?<segment>[a-z_]+)|\{\.(?<format>[a-z]+)\}$/g

/** Below `/-/` stand the server's own pages, so the first segment of a path to data is never `-`. */
const NOT_OUR_OWN = '(?!-(?:/|$))'

/** Compiles a pattern. `:name` is one segment without dots, `:name*` one with dots, `:name**` at the end all that is left, `{.json}` an optional ending. */
export function compilePathPattern(pattern: string): PathPattern {
  let source = ''
  const names: string[] = []
  let literalFrom = 0
  for (const token of pattern.matchAll(TOKEN)) {
    source += escapeRegExp(pattern.slice(literalFrom, token.index))
    literalFrom = token.index + token[0].length
    const { tail, rest, segment, format } = token.groups ?? {}
    names.push(tail ?? rest ?? segment ?? 'format')
    if (tail !== undefined) source += '(.+)'
    else if (rest !== undefined) source += '([^/]+?)'
    else if (segment !== undefined) source += `${token.index === 1 ? NOT_OUR_OWN : ''}([^/.]+)`
    else source += `(?:\\.(${format}))?`
  }
  const regExp = new RegExp(`^${source}${escapeRegExp(pattern.slice(literalFrom))}$`, 'u')
  return {
    match: (rawPath) => {
      const found = regExp.exec(rawPath)
      if (found === null) return null
      const parts: Record<string, string> = {}
      for (const [place, name] of names.entries()) {
        const part = found[place + 1]
        if (part !== undefined) parts[name] = part
      }
      return parts
    },
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
}
