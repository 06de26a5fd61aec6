import { expect, it } from 'vitest'
import { HELP } from '../../src/cli/help.ts'
import { oauthConfigSchema } from '../../src/plugins/oauth/config.ts'
import { readPage } from './page.ts'

const commandLine = readPage('docs/serve.md')
const provider = readPage('docs/oauth.md')

it.each(HELP.match(/--[a-z-]+/g) ?? [])('option %s stands in docs/serve.md', (option) => {
  expect(commandLine).toMatch(new RegExp(`\`${option}[ \`]`))
})

it.each(Object.keys(oauthConfigSchema.shape))(
  'option %s of the provider stands in docs/oauth.md',
  (option) => {
    expect(provider).toContain(`\`${option}\``)
  },
)
