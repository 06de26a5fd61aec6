import autocannon, { type Result } from 'autocannon'

/** What a server is asked again and again. */
export type Load = {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly connections?: number
  readonly seconds?: number
}

/** Requests per second, and the milliseconds that each took. */
export type LoadResult = { readonly perSecond: number; readonly latenciesMs: readonly number[] }

/** Asks over several connections at once for a while. Throws when one answer is not a 200. */
export async function load({ url, headers = {}, connections = 16, seconds = 2 }: Load): Promise<LoadResult> {
  const latenciesMs: number[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const options = { url, headers, connections, duration: seconds }
  const running = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)))
  running.on('response', (_client, _status, _bytes, tookMs) => latenciesMs.push(tookMs))
  const result = await promise
  if (result.non2xx > 0 || result.errors > 0 || latenciesMs.length === 0) {
    throw new Error(
      `${url}: ${result.non2xx} refusals, ${result.errors} errors, ${latenciesMs.length} answers`,
    )
  }
  return { perSecond: latenciesMs.length / result.duration, latenciesMs }
}
