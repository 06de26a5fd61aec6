import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { Notice } from './notice.tsx'

describe('Notice', () => {
  it('announces danger, and only danger', async () => {
    expect(await htmlText(<Notice kind="danger" title="Not saved" />)).toContain('role="alert"')
    expect(await htmlText(<Notice kind="warning" title="Careful" />)).not.toContain('role=')
  })

  it('carries its meaning in words', async () => {
    expect(await htmlText(<Notice kind="good" title="Saved" />)).toContain(
      '<p class="notice-title">Saved</p>',
    )
  })
})
