import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadStaticFiles } from './static-files.ts'

const files = loadStaticFiles()

const ask = (name: string, headers: Readonly<Record<string, string>> = {}, search = '') =>
  files.serve(name, new Request(`http://localhost/-/static/${name}${search}`, { headers }))

describe('a static file', () => {
  it('is kept for a year under the address that names its content, and under no other', () => {
    const address = new URL(files.path('tapedeck.js'), 'http://localhost')
    expect(address.search).toMatch(/^\?_hash=[0-9a-f]{12}$/)
    expect(ask('tapedeck.js', {}, address.search)?.headers.get('cache-control')).toBe(
      'max-age=31536000, immutable, public',
    )
    for (const search of ['', '?_hash=', '?_hash=000000000000']) {
      expect(ask('tapedeck.js', {}, search)?.headers.get('cache-control')).toBe('no-cache')
    }
  })

  it('is sent once and not again while it is the same', () => {
    const etag = ask('tapedeck.css')?.headers.get('etag') ?? ''
    expect(ask('tapedeck.css', { 'if-none-match': etag })?.status).toBe(304)
    expect(ask('tapedeck.css', { 'if-none-match': '"other"' })?.status).toBe(200)
  })

  it('is compressed for those who take it so, under another tag', async () => {
    const plain = ask('sql-editor.js')
    const packed = ask('sql-editor.js', { 'accept-encoding': 'br, gzip;q=0.8' })
    expect(packed?.headers.get('content-encoding')).toBe('gzip')
    expect(packed?.headers.get('etag')).not.toBe(plain?.headers.get('etag'))
    const [all, packedBytes] = [await plain?.bytes(), await packed?.bytes()]
    expect(gunzipSync(packedBytes ?? '')).toEqual(Buffer.from(all ?? ''))
    expect(packedBytes?.length).toBeLessThan((all?.length ?? 0) / 2)
  })

  it.each(['', 'br', 'gzip;q=0', 'gzip; q=0.0, br'])('is not compressed for "%s"', (accepted) => {
    expect(ask('sql-editor.js', { 'accept-encoding': accepted })?.headers.has('content-encoding')).toBe(false)
  })

  it.each(['nothing.js', '../index.js', '..%2findex.js', ''])('is none for "%s"', (name) => {
    expect(files.serve(name, new Request('http://localhost/'))).toBeNull()
  })
})

describe('the licences of bundled packages', () => {
  it('are served with them', async () => {
    const text = await ask('licenses.txt')?.text()
    for (const name of ['@codemirror/view', 'chart.js', 'sql-formatter', 'style-mod']) {
      expect(text).toMatch(new RegExp(`^${name}\\n\\n[^]*?(?:MIT|Copyright)`, 'mu'))
    }
  })
})
