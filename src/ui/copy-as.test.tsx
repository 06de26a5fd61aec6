import { describe, expect, it } from 'vitest'
import { CopyAs } from './copy-as.tsx'
import { htmlText } from './html-text.ts'

const render = (
  jsonUrl = 'https://data.example/shop/orders.json',
  csvPath: string | null = '/shop/orders.csv',
) => htmlText(<CopyAs jsonPath="/shop/orders.json" csvPath={csvPath} jsonUrl={jsonUrl} />)

describe('CopyAs', () => {
  it('is links and a command that names a variable for the token', async () => {
    const html = await render()
    expect(html).toMatch(/href="\/shop\/orders.csv".*href="\/shop\/orders.json"/s)
    expect(html).toContain(
      'curl -H &quot;Authorization: Bearer $TOKEN&quot; &#39;https://data.example/shop/orders.json&#39;',
    )
  })

  it('offers no CSV where there is none', async () => {
    expect(await render(undefined, null)).not.toContain('CSV')
  })

  it('keeps an address with a quote one word of the shell', async () => {
    expect(await render("https://data.example/'$(id)'")).toContain(
      String.raw`&#39;https://data.example/&#39;\&#39;&#39;$(id)&#39;\&#39;&#39;&#39;`,
    )
  })
})
