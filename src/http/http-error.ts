/**
 * This folder speaks HTTP: headers, cookies, bodies, addresses, and what may cross from other sites. It knows
 * no database and no actor, and nothing above it.
 */

/**
 * A refusal that ends a request. It is thrown by `http`, `auth` and handlers and rendered in one place, as a
 * page or as the error envelope (host.md §9.10). The message is public; the cause goes to the log only.
 */
export class HttpError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: HttpError['status'],
    publicMessage: string,
    options: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(publicMessage, { cause: options.cause })
    this.name = 'HttpError'
    this.status = status
    this.headers = options.headers ?? {}
  }
}

/** A 413 for a body that is larger than it may be. */
export class BodyTooLarge extends HttpError {
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(413, `Request body exceeded maximum size of ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}
