import { tildeDecode } from '../http/tilde.ts'
import { compilePathPattern } from './path-pattern.ts'
import type { Route, RouteParams } from './route.ts'

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: RouteParams }
  /** The path exists, but not for this method. `route` is the first one that has the path. */
  | { readonly kind: 'wrong-method'; readonly route: Route; readonly methods: readonly string[] }
  | { readonly kind: 'unknown' }

export interface Router {
  /** `rawPath` is the request's path as sent, without the base URL. */
  match(method: string, rawPath: string): RouteMatch
}

/** Makes a router that tries the routes in the order given: the first match wins, and those of any depth come last. */
export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({ route, pattern: compilePathPattern(route.path) }))
  // Every part of a pattern is within one segment, so a path matches none with another number of slashes: all but those of any depth.
  const deep = compiled.filter(({ route }) => route.path.endsWith('**'))
  const flat = compiled.filter(({ route }) => !route.path.endsWith('**'))
  const bySlashes = Map.groupBy(flat, ({ route }) => countSlashes(route.path))

  return {
    match: (method, rawPath) => {
      const wanted = method === 'HEAD' ? 'GET' : method
      const others: Route[] = []
      for (const { route, pattern } of [...(bySlashes.get(countSlashes(rawPath)) ?? []), ...deep]) {
        const raw = pattern.match(rawPath)
        if (raw === null) continue
        const params = decodeParams(route.path, raw)
        if (route.only?.(params) === false) continue
        if (route.method === wanted) return { kind: 'found', route, params }
        others.push(route)
      }
      const [first] = others
      if (first === undefined) return { kind: 'unknown' }
      return {
        kind: 'wrong-method',
        route: first,
        methods: [...new Set(others.map((route) => route.method))],
      }
    },
  }
}

function countSlashes(path: string): number {
  let count = 0
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) count += 1
  return count
}

/** Decodes single segments; parts with a star stay encoded, because their handler knows their inner form. */
function decodeParams(path: string, raw: Readonly<Record<string, string>>): RouteParams {
  const params: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw)) {
    params[name] = path.includes(`:${name}*`) ? value : tildeDecode(value)
  }
  return params
}
