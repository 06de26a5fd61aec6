import { Browser, type Answer } from './browser.ts'
import { readForm } from './form.ts'

/** The demo without a person: what somebody would click, over real HTTP, each step with what must come of it. */

type Visit = {
  /** Addresses without a slash at the end. */
  readonly tapedeck: string
  readonly app: string
  /** The one-time link that signs in as root. */
  readonly signInLink: string
  /** Told each step that went right. */
  readonly report: (line: string) => void
}

/** Walks through the demo. Throws at the first step that goes wrong, saying what was expected and what came. */
export async function visit({ tapedeck, app, signInLink, report }: Visit): Promise<void> {
  const browser = new Browser()

  const closed = await browser.open(`${tapedeck}/atlas/cities.json`)
  check(closed.status === 403, 'a stranger is refused', closed)
  report('a stranger who opens the cities is refused: 403')

  const signedIn = await browser.open(signInLink)
  check(signedIn.location?.href === `${tapedeck}/`, 'the sign-in link leads to the home page', signedIn)
  const actor = await browser.open(`${tapedeck}/-/actor.json`)
  check(actor.text.includes('"root"'), 'the browser is signed in as root', actor)
  report('the one-time link signs in as root')

  const again = await new Browser().open(signInLink)
  check(again.status === 403, 'the sign-in link works once', again)
  report('the same link in another browser is refused: 403')

  const granted = await decide(browser, app, (fields) => fields.filter(([name]) => name !== 'scope_1'))
  report('the app asks for two tables, the consent page shows both, the travel diary is unticked')

  const code = granted.searchParams.get('code')
  check(code !== null && granted.searchParams.get('iss') === tapedeck, 'the app gets a code and iss', granted)
  const exchanged = await browser.open(granted.href)
  check(exchanged.location?.href === `${app}/`, 'the app accepts the answer', exchanged)
  report('the app checks state and iss and exchanges the code, with PKCE, for a token')

  const page = await browser.open(`${app}/`)
  check(page.text.includes('atlas/cities: 200 opened'), 'the approved table opens', page)
  check(page.text.includes('Vila'), 'the app shows rows', page)
  report('the approved table opens for the app: 200, with rows')
  check(page.text.includes('atlas/travel_diary: 403 refused'), 'the unticked table is refused', page)
  check(!page.text.includes('Do not tell anyone'), 'nothing of the diary is shown', page)
  report('the unticked table is refused: 403')

  const replayed = await browser.open(granted.href)
  check(replayed.status === 400, 'the same answer is not accepted twice', replayed)
  report('the same answer is not accepted twice: 400')

  const denied = await decide(browser, app, (fields) => [...fields, ['deny', 'Deny']])
  check(denied.searchParams.get('error') === 'access_denied', 'the refusal reaches the app', denied)
  const refused = await browser.open(denied.href)
  check(refused.text.includes('You gave no access'), 'the app says that it got nothing', refused)
  report('with Deny the app gets access_denied and nothing else')
}

type Fields = readonly (readonly [string, string])[]

/** From the app's Connect link to the redirect that answers the consent form; gives where that leads. */
async function decide(browser: Browser, app: string, change: (fields: Fields) => Fields): Promise<URL> {
  const asked = await browser.open(`${app}/connect`)
  const request = asked.location
  check(request !== null, 'the app sends the browser to Tapedeck', asked)
  check(request.searchParams.get('code_challenge_method') === 'S256', 'the app uses PKCE', request)

  const page = await browser.open(request.href)
  check(page.status === 200, 'the consent page opens', page)
  for (const name of ['Postcards', 'cities', 'travel_diary']) {
    check(page.text.includes(name), `the consent page names ${name}`, page)
  }
  const form = readForm(page.text, request.pathname)
  check(form !== null, 'the consent page has a form', page)
  check(
    form.fields.filter(([name]) => name.startsWith('scope_')).length === 2,
    'both scopes are ticked',
    page,
  )

  const decided = await browser.post(request.origin + request.pathname, change(form.fields))
  const target = decided.location
  check(
    target !== null && target.href.startsWith(`${app}/callback?`),
    'the browser goes back to the app',
    decided,
  )
  return target
}

function check(right: boolean, expected: string, seen: Answer | URL): asserts right {
  if (right) return
  const facts = seen instanceof URL ? seen.href : `${seen.status} ${seen.location?.href ?? ''} ${seen.text}`
  throw new Error(`Expected: ${expected}. Got: ${facts.slice(0, 600)}`)
}
