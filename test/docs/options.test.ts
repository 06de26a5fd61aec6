import { expect, it } from 'vitest'
import { CLIENT_COMMANDS, loadClientCommand } from '../../src/cli/client-commands.ts'
import { CREATE_TOKEN_HELP } from '../../src/cli/create-token.ts'
import { HELP } from '../../src/cli/help.ts'
import { PLUGIN_COMMANDS } from '../../src/cli/plugin-commands.ts'
import { oauthConfigSchema } from '../../src/plugins/oauth/config.ts'
import { AUTH0_KEYS, OIDC_KEYS } from '../../src/plugins/oidc/config.ts'
import { readPage } from './page.ts'

const commandLine = readPage('docs/serve.md')
const provider = readPage('docs/oauth.md')
const client = readPage('docs/cli.md')
const signIn = readPage('docs/sign-in.md')

it.each(HELP.match(/--[a-z-]+/g) ?? [])('option %s stands in docs/serve.md', (option) => {
  expect(commandLine).toMatch(new RegExp(`\`${option}[ \`]`))
})

it.each(Object.keys(oauthConfigSchema.shape))(
  'option %s of the provider stands in docs/oauth.md',
  (option) => {
    expect(provider).toContain(`\`${option}\``)
  },
)

it.each(CLIENT_COMMANDS)(
  'the command %s and its options stand in docs/cli.md, and the command in --help',
  async (name) => {
    const { help } = (await loadClientCommand(name)) ?? { help: '' }
    expect(client).toContain(`\`tapedeck ${name}`)
    expect(HELP).toContain(name)
    for (const option of help.match(/--[a-z-]+/g) ?? []) {
      expect(client).toMatch(new RegExp(`\`${option}[ \`]`))
    }
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
  },
)

it.each(PLUGIN_COMMANDS)(
  'the command $name of a plugin, its verbs and options stand in docs/sign-in.md or docs/oauth.md, and the command in --help',
  ({ name, help }) => {
    expect(HELP).toContain(`  ${name} `)
    const verbs = [...help.matchAll(/^ {2}(?<verb>[a-z]+) /gmu)].map(({ groups }) => groups?.['verb'])
    expect(verbs).not.toHaveLength(0)
    const page = name === 'oauth' ? provider : signIn
    for (const verb of verbs) expect(page).toContain(`\`tapedeck ${name} ${verb}`)
    for (const option of help.match(/--[a-z-]+/g) ?? []) expect(page).toMatch(new RegExp(`\`${option}[ \`]`))
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
  },
)

it.each(CREATE_TOKEN_HELP.match(/--[a-z-]+/g) ?? [])(
  'option %s of create-token stands in docs/permissions.md',
  (option) => {
    expect(readPage('docs/permissions.md')).toMatch(new RegExp(`\`${option}[ \`]`))
    expect(HELP).toContain('  create-token ID ')
  },
)

it.each([...new Set([...OIDC_KEYS, ...AUTH0_KEYS])])(
  'key %s of a sign-in provider stands in docs/sign-in.md',
  (key) => {
    expect(signIn).toContain(`| \`${key}\` |`)
  },
)
