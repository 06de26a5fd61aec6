import { describe, expect, it } from 'vitest'
import { htmlText } from '../../ui/html-text.ts'
import { ActorPage } from './actor-page.tsx'

describe('ActorPage', () => {
  it('shows the actor as JSON, escaped', async () => {
    const html = await htmlText(
      <ActorPage actor={{ id: 'alice', name: '<b>' }} signInPath="/-/sign-in" jsonPath="/-/actor.json" />,
    )
    expect(html).toContain('&quot;name&quot;: &quot;&lt;b&gt;&quot;')
    expect(html).toContain('<a href="/-/actor.json">As JSON</a>')
  })

  it('leads the signed-out to signing in', async () => {
    const html = await htmlText(<ActorPage actor={null} signInPath="/-/sign-in" jsonPath="/-/actor.json" />)
    expect(html).toContain('<a href="/-/sign-in">Sign in</a>')
    expect(html).not.toContain('null')
  })
})
