import { parametersOf, type AppContext } from '../routing/context.ts'

/** Whether a request says that it sends JSON. Where a form is taken as well, it gets JSON back whatever becomes of it (host.md §9.9, §10.8). */
export function sendsJson(c: AppContext): boolean {
  return (c.req.header('content-type') ?? '').startsWith('application/json')
}

/** Whether a request asks in its headers or its address for JSON, where a page is the rule. A form can ask with a field `_json` too. */
export function asksForJson(c: AppContext): boolean {
  return c.req.header('accept') === 'application/json' || (parametersOf(c).get('_json') ?? '') !== ''
}
