/** Whether a parameter like `_nl=on` is switched on; `true` and `1` mean the same. */
export function isSwitchedOn(query: URLSearchParams, name: string): boolean {
  return ['on', 'true', '1'].includes((query.get(name) ?? '').toLowerCase())
}
