import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { Pager } from './pager.tsx'

describe('Pager', () => {
  it('leads on, and back to the start', async () => {
    const html = await htmlText(
      <Pager summary="Rows 101 to 200" firstPath="/shop/orders" nextPath="?_next=200&_size=100" />,
    )
    expect(html).toContain('href="/shop/orders" rel="first"')
    expect(html).toContain('href="?_next=200&amp;_size=100" rel="next"')
  })

  it('has no link that leads nowhere', async () => {
    expect(await htmlText(<Pager summary="3 rows" firstPath={null} nextPath={null} />)).not.toContain('<a')
  })
})
