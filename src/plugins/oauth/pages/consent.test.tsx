import { describe, expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ConsentPage, type ConsentPageProps, type ScopeLine } from './consent.tsx'

const line = (scope: Partial<ScopeLine> & Pick<ScopeLine, 'index'>): ScopeLine => ({
  group: 'read',
  sentence: [{ text: `scope ${scope.index}` }],
  powerful: false,
  status: 'offered',
  isMissing: false,
  ...scope,
})

const usual: ConsentPageProps = {
  app: {
    name: 'Report Maker',
    returnHost: 'reports.example.com',
    registeredBy: 'bob',
    describedBy: null,
    kind: 'confidential',
    returnsToDevice: false,
  },
  person: { label: 'alice', signOutPath: '/-/logout' },
  scopes: [line({ index: 0 })],
  fullAccess: false,
  isTrial: false,
  expiresAt: null,
  idleSeconds: null,
  action: '/-/oauth/authorize',
  ticket: 't1cket',
  appsPath: '/-/oauth/apps',
  error: null,
}

const render = (props: Partial<ConsentPageProps> = {}): Promise<string> =>
  htmlText(<ConsentPage {...usual} {...props} />)

/** What is between the tags of the form that posts the decision. */
function decisionForm(html: string): string {
  return /<form method="post" action="\/-\/oauth\/authorize"[^>]*>([^]*?)<\/form>/.exec(html)?.[1] ?? ''
}

const box = (html: string, name: string): string =>
  new RegExp(`<input type="checkbox" name="${name}"[^>]*>`).exec(html)?.[0] ?? ''

describe('ConsentPage: who asks', () => {
  it('names the app, where the browser goes back to, and who registered it', async () => {
    const html = await render()
    expect(html).toContain('<h1>Give <bdi class="name">Report Maker</bdi> access?</h1>')
    expect(html).toContain('<bdi class="code">reports.example.com</bdi>')
    expect(html).toContain('Registered on this site by <bdi class="name">bob</bdi>.')
    expect(html).not.toContain('Unverified')
  })

  it('marks an app that nobody here registered', async () => {
    const html = await render({ app: { ...usual.app, registeredBy: null } })
    expect(html).toContain('Unverified')
    expect(html).toContain('Nobody here has registered this app.')
  })

  it('gives the name of an app that nobody vouches for as its own claim, and says where access goes', async () => {
    const unvouched = { ...usual.app, name: 'Google', registeredBy: null, returnHost: 'evil.example' }
    const html = await render({ app: unvouched })
    expect(html).toContain('<h1>Give an app that calls itself <bdi class="name">Google</bdi> access?</h1>')
    expect(html).toContain('Nobody here vouches for its name')
    expect(html).toContain('What you give goes to <bdi class="code">evil.example</bdi>.')
    const described = await render({ app: { ...unvouched, describedBy: 'docs.example' } })
    expect(described).toContain('Its name is what <bdi class="code">docs.example</bdi> says.')
    const local = { ...unvouched, returnHost: '127.0.0.1:4711', returnsToDevice: true }
    expect(await render({ app: local })).toContain('a program on this device')
  })

  it('says whether the app can prove that it is the one registered', async () => {
    expect(await render()).toContain('It proves who it is with a secret.')
    expect(await render({ app: { ...usual.app, kind: 'public' } })).toContain(
      'another program could pretend to be it',
    )
  })

  it('T55: shows what the app says about itself as text, never as markup or a link', async () => {
    const html = await render({
      app: {
        ...usual.app,
        name: '<script>alert(1)</script><a href="javascript:x">Tapedeck</a>',
        returnHost: 'evil.example"><img src=x>',
        registeredBy: '<i>bob</i>',
        kind: 'public',
      },
    })
    expect(html).not.toMatch(/<script|<img|<i>|href="javascript/)
    expect(html).toContain('<bdi class="name">&lt;script&gt;alert(1)&lt;/script&gt;')
    expect([...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['/-/oauth/apps'])
  })
})

describe('ConsentPage: who is asked', () => {
  it('leads somebody else out by a form of its own, which is not inside the decision', async () => {
    const html = await render()
    expect(html).toMatch(
      /<form method="post" action="\/-\/logout"><button type="submit"[^>]*>Not you\?<\/button><\/form>/,
    )
    expect(decisionForm(html)).not.toContain('<form')
    expect(decisionForm(html)).not.toContain('Not you?')
  })
})

describe('ConsentPage: what for', () => {
  it('ticks what is offered, under the name of its place in the request', async () => {
    const html = await render({ scopes: [line({ index: 0 }), line({ index: 7 })] })
    expect(box(html, 'scope_0')).toContain('value="on" checked=""')
    expect(box(html, 'scope_7')).toContain('value="on" checked=""')
    expect(box(html, 'scope_0')).not.toContain('disabled')
  })

  it.each([
    ['not-held', 'You cannot do this yourself, so you cannot give it.'],
    ['no-effect', 'This has no effect here, so there is nothing to give.'],
  ] as const)('shows what is %s unticked and disabled, with the reason', async (status, reason) => {
    const html = await render({ scopes: [line({ index: 0 }), line({ index: 1, status })] })
    expect(box(html, 'scope_1')).toContain('disabled=""')
    expect(box(html, 'scope_1')).not.toContain('checked')
    expect(html).toContain(reason)
  })

  it('writes the sentence with the names marked and escaped', async () => {
    const sentence = [
      { text: 'Read the table ' },
      { name: '<orders>' },
      { text: ' in ' },
      { name: 'shop & co' },
    ]
    expect(await render({ scopes: [line({ index: 0, sentence })] })).toContain(
      'Read the table <bdi class="name">&lt;orders&gt;</bdi> in <bdi class="name">shop &amp; co</bdi>',
    )
  })

  it('groups by what is at stake, the most powerful last and marked', async () => {
    const html = await render({
      scopes: [
        line({ index: 0, group: 'administer', powerful: true }),
        line({ index: 1, group: 'read', powerful: true }),
        line({ index: 2, group: 'change' }),
        line({ index: 3, group: 'read' }),
        line({ index: 4, group: 'read' }),
      ],
    })
    expect([...html.matchAll(/<legend>(\w+)</g)].map(([, title]) => title)).toEqual([
      'Read',
      'Change',
      'Administer',
    ])
    expect([...html.matchAll(/name="(scope_\d)"/g)].map(([, name]) => name)).toEqual([
      'scope_3',
      'scope_4',
      'scope_1',
      'scope_2',
      'scope_0',
    ])
    expect(html.match(/Powerful/g)).toHaveLength(2)
  })

  it('has no heading for a group with nothing in it', async () => {
    expect(await render()).not.toContain('Administer')
  })
})

describe('ConsentPage: full access', () => {
  const full = { fullAccess: true, scopes: [] }

  it('must be asked for with a box that is not ticked, and must be', async () => {
    const html = await render(full)
    expect(box(html, 'full_access')).toContain('value="on"')
    expect(box(html, 'full_access')).toContain('required=""')
    expect(box(html, 'full_access')).not.toContain('checked')
    expect(html).toContain('Everything that you can do')
    expect(html).toContain('<h1>Give <bdi class="name">Report Maker</bdi> full access?</h1>')
  })

  it('can be denied without ticking it', async () => {
    expect(await render(full)).toMatch(/<button [^>]*name="deny" value="Deny"[^>]* formnovalidate=""/)
  })

  it('is not on a page that asks for less', async () => {
    expect(await render()).not.toMatch(/full/i)
  })
})

describe('ConsentPage: how long', () => {
  it('says until when, and where to end it', async () => {
    const html = await render({ expiresAt: Date.UTC(2026, 10, 22, 12, 40) / 1000 })
    expect(html).toMatch(
      /Access lasts until .*<time datetime="2026-11-22T12:40:00Z"[^>]*>22 Nov 2026, 12:40 UTC<\/time>/,
    )
    expect(html).toContain('<a href="/-/oauth/apps">Apps with access to your data</a>')
  })

  it('says that access without an end lasts until it is taken back', async () => {
    expect(await render()).toContain('<strong>until you take it back</strong>')
  })
})

describe('ConsentPage: the decision', () => {
  it('is bound to this page by its ticket', async () => {
    expect(decisionForm(await render())).toContain('<input type="hidden" name="ticket" value="t1cket"/>')
  })

  it('is Authorize, without a name, or deny=Deny', async () => {
    const form = decisionForm(await render())
    expect(form).toMatch(
      /<button type="submit" class="button button-plain" name="deny" value="Deny" [^>]*>Deny<\/button>/,
    )
    expect(form).toMatch(/<button type="submit" class="button button-primary">Authorize<\/button>/)
  })

  it('is a denial when somebody presses Enter in a checkbox', async () => {
    const [first] = decisionForm(await render()).match(/<button[^>]*>/g) ?? []
    expect(first).toContain('name="deny"')
  })

  it('can only be a denial when nothing is offered', async () => {
    const html = await render({ scopes: [line({ index: 0, status: 'not-held' })] })
    expect(html).toContain('There is nothing here that you can give')
    expect(html).toMatch(/<button [^>]*disabled=""[^>]*>Authorize</)
    expect(html).not.toMatch(/<button [^>]*disabled=""[^>]*>Deny</)
    expect(html).not.toContain('How long')
  })

  it('says why the last one was not accepted', async () => {
    expect(await render({ error: 'This page had expired. Decide <again>.' })).toContain(
      'role="alert"><p class="notice-title">This page had expired. Decide &lt;again&gt;.</p>',
    )
  })

  it('does not bring back the ticks of an earlier visit', async () => {
    expect(await render()).toContain('action="/-/oauth/authorize" autocomplete="off"')
  })
})
