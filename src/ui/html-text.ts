import type { JSX } from 'hono/jsx/jsx-runtime'

/** Renders markup to HTML text, without a response around it. */
export async function htmlText(element: JSX.Element): Promise<string> {
  return String(await element)
}
