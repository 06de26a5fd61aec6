import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { LongText } from './long-text.tsx'

describe('LongText', () => {
  it('shows short text as it is, escaped', async () => {
    expect(await htmlText(<LongText text="a < b" />)).toBe('a &lt; b')
  })

  it('folds long text behind its beginning and keeps all of it', async () => {
    const text = 'word '.repeat(100)
    const html = await htmlText(<LongText text={text} />)
    expect(html).toMatch(/^<details class="long-text"><summary>word word .*…<\/summary>/)
    expect(html).toContain(`<div>${text}</div>`)
  })

  it('does not cut a character in two', async () => {
    const html = await htmlText(<LongText text={`${'a'.repeat(159)}${'😀'.repeat(20)}`} />)
    expect(html.isWellFormed()).toBe(true)
    expect(html).toContain(`<summary>${'a'.repeat(159)}…</summary>`)
  })
})
