import type { Child } from 'hono/jsx'
import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { Layout, type LayoutProps } from './layout.tsx'

const render = (props: Partial<LayoutProps> = {}, children: Child = <h1>Orders</h1>): Promise<string> =>
  htmlText(
    <Layout
      title="Orders"
      width="wide"
      crumbs={[]}
      account={{ signInPath: '/-/sign-in?next=%2Fshop' }}
      messages={[]}
      assets={{
        css: '/-/static/a.css',
        js: '/-/static/a.js',
        modules: { sqlEditor: '/-/static/e.js', formatSql: '/-/static/f.js', chart: '/-/static/c.js' },
        favicon: '/-/static/a.svg',
      }}
      jump={{ pagePath: '/-/search', jsonPath: '/-/jump.json' }}
      homePath="/"
      {...props}
    >
      {children}
    </Layout>,
  )

const signedIn = {
  label: 'Alice <b>',
  signOutPath: '/-/logout',
  links: [{ label: 'OAuth apps', path: '/-/oauth/clients' }],
}

describe('Layout', () => {
  it('is a whole document in standards mode', async () => {
    const html = await render()
    expect(html).toMatch(/^<!doctype html><html lang="en">/)
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"/>')
    expect(html).toContain('<title>Orders</title>')
    expect(html).toContain('href="/-/static/a.css"')
    expect(html).toContain('<script type="module" src="/-/static/a.js" data-sql-editor="/-/static/e.js"')
  })

  it('lets the keyboard skip to the content', async () => {
    expect(await render()).toMatch(/<body><a class="skip-link" href="#content">[^]*<main id="content"/)
  })

  it('shows the crumbs in order, as links', async () => {
    const crumbs = [
      { label: 'home', path: '/' },
      { label: 'shop & co', path: '/shop+co' },
    ]
    expect(await render({ crumbs })).toMatch(/href="\/">.*home.*href="\/shop\+co">.*shop &amp; co/)
  })

  it('has no breadcrumb where there is no way to show', async () => {
    expect(await render()).not.toContain('aria-label="Breadcrumb"')
  })

  it('leads to the search for places without script', async () => {
    expect(await render()).toMatch(
      /<a class="jump-link" href="\/-\/search" data-jump="\/-\/jump.json">Jump to…</,
    )
  })

  it('offers signing in to the signed-out', async () => {
    const html = await render()
    expect(html).toContain('href="/-/sign-in?next=%2Fshop"')
    expect(html).not.toContain('Sign out')
  })

  it('signs out by POST, and only the signed-in', async () => {
    const html = await render({ account: signedIn })
    expect(html).toMatch(
      /<form method="post" action="\/-\/logout" data-sign-out="true"><button type="submit">Sign out<\/button>/,
    )
    expect(html).not.toContain('Sign in')
    expect(html).toContain('<a href="/-/oauth/clients">OAuth apps</a>')
  })

  it('opens the account menu without script', async () => {
    expect(await render({ account: signedIn })).toMatch(/<details class="account"><summary>/)
  })

  it('escapes names, titles and messages', async () => {
    const html = await render({
      title: '</title><script>alert(1)</script>',
      account: signedIn,
      messages: [{ text: 'Deleted <i>', kind: 'error' }],
    })
    expect(html).not.toContain('<script>')
    expect(html).toContain('Alice &lt;b&gt;')
    expect(html).toContain('<p class="message message-error">Deleted &lt;i&gt;</p>')
  })
})
