import { rawPath } from './urls.ts'

/** Whether the client is a browser showing a page: it names `text/html` among what it accepts. */
export function wantsPage(request: Request): boolean {
  return accepts(request, 'text/html')
}

/**
 * Whether a refusal is answered as JSON (host.md §8.2): the path ends in `.json`, or the client names
 * `application/json` among what it accepts, or it sent exactly `application/json`.
 */
export function wantsJsonRefusal(request: Request): boolean {
  return (
    rawPath(request.url).endsWith('.json') ||
    accepts(request, 'application/json') ||
    request.headers.get('content-type') === 'application/json'
  )
}

function accepts(request: Request, mediaType: string): boolean {
  return (request.headers.get('accept') ?? '').toLowerCase().includes(mediaType)
}
