import { describe, expect, it } from 'vitest'
import { htmlText } from '../ui/html-text.ts'
import { MetadataText } from './metadata-text.tsx'

describe('MetadataText', () => {
  it('shows a description in HTML in place of one in text, and only what is harmless of it', async () => {
    const metadata = { description: 'plain', description_html: '<i>x</i><script>alert(1)</script>' }
    const html = await htmlText(<MetadataText metadata={metadata} />)
    expect(html).toBe('<div class="lead description"><i>x</i></div>')
  })

  it('shows a description in text, and nothing of what is no text', async () => {
    const metadata = { description: 'a < b', description_html: null, source: 5 }
    expect(await htmlText(<MetadataText metadata={metadata} />)).toBe('<p class="lead">a &lt; b</p>')
  })
})
