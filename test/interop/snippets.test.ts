import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import { approve, deny, registerApp, signInAsRoot, type Registration } from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

/** Every sign in it that a shell, Python or JavaScript could take for its own. */
const REDIRECT_URI = "http://127.0.0.1:9/call'back;$(touch%20x)?a=1&b='$HOME'"

const INTERPRETERS = [
  { title: 'Shell, with curl and openssl', command: ['sh', '-c'], needs: ['curl', 'openssl'] },
  { title: 'Python, without any package', command: ['python3', '-c'], needs: ['python3'] },
  {
    title: 'JavaScript, with oauth4webapi',
    command: [process.execPath, '--input-type=module', '-e'],
    needs: [process.execPath],
  },
].filter(({ needs }) => needs.every((program) => spawnSync(program, ['version']).error === undefined))

let site: Site
let server: ServerProcess
let person: Browser

beforeAll(async () => {
  site = makeShop()
  server = await startProcess(site, '--root')
  person = await signInAsRoot(server)
})
afterAll(async () => {
  await server.stop()
  removeSite(site)
})

/** The program as somebody would copy it from the page of their app. */
async function copyFromPage(app: Registration, title: string): Promise<string> {
  const { text } = await person.open(`${server.url}/-/oauth/clients/${app.clientId}`)
  const [, html = ''] = text.split(`aria-label="the program: ${title}"`)
  const [, code = ''] = /<code>([^<]*)<\/code>/u.exec(html) ?? []
  return code
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** Runs a program: goes where it sends the person, gives it the address that `comeBack` makes, and tells what it printed last. */
async function run(
  command: readonly string[],
  program: string,
  app: Registration,
  comeBack: (request: URL) => Promise<URL>,
): Promise<{ readonly printed: string; readonly status: number | null }> {
  const [name = '', ...words] = command
  const child = spawn(name, [...words, program], {
    env: { ...process.env, CLIENT_SECRET: app.clientSecret },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let printed = ''
  child.stderr.on('data', (text: Buffer) => (printed += text.toString()))
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('Open ')) child.stdin.end(`${(await comeBack(new URL(line.slice(5)))).href}\n`)
    else printed += line
  }
  return { printed, status: await ended }
}

describe.each(INTERPRETERS)('$title', ({ command, title }) => {
  it.each(['confidential', 'public'])(
    'runs the flow of a %s app as it stands on its page',
    async (clientType) => {
      const fields = { client_name: 'Copied', redirect_uri: REDIRECT_URI, client_type: clientType }
      const app = await registerApp(person, server, fields)
      const program = await copyFromPage(app, title)
      expect(program).not.toContain(app.clientSecret || 'no secret')

      const { printed, status } = await run(command, program, app, (request) => approve(person, request))
      expect(printed).toContain('"id":"root","token":"dstok"')
      expect(status).toBe(0)
    },
  )

  it('says why it got no token with a wrong secret', async () => {
    const app = await registerApp(person, server, { client_name: 'Copied', redirect_uri: REDIRECT_URI })
    const program = await copyFromPage(app, title)
    const wrong = { ...app, clientSecret: 'wrong' }
    const { printed, status } = await run(command, program, wrong, (request) => approve(person, request))
    expect(printed).toContain('invalid_client')
    expect(printed).toContain('401')
    expect(printed).not.toContain('actor')
    expect(status).toBe(1)
  })

  it('says that the person denied it', async () => {
    const app = await registerApp(person, server, { client_name: 'Copied', redirect_uri: REDIRECT_URI })
    const program = await copyFromPage(app, title)
    const { printed, status } = await run(command, program, app, (request) => deny(person, request))
    expect(printed).toContain('access_denied')
    expect(printed).toContain('The person did not give access')
    expect(printed).not.toContain('Traceback')
    expect(printed).not.toContain('node_modules')
    expect(status).toBe(1)
  })

  it.each(['state', 'iss'])('takes no answer with another %s', async (name) => {
    const app = await registerApp(person, server, { client_name: 'Copied', redirect_uri: REDIRECT_URI })
    const program = await copyFromPage(app, title)
    const { printed, status } = await run(command, program, app, async (request) => {
      const back = await approve(person, request)
      back.searchParams.set(name, 'planted')
      return back
    })
    expect(status).toBe(1)
    expect(printed).not.toContain('dstok')
  })
})

it('runs at least what every developer here has', () => {
  expect(INTERPRETERS.map(({ title }) => title)).toContain('JavaScript, with oauth4webapi')
})
