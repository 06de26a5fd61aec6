import { describe, expect, it } from 'vitest'
import { snippetsFor, type SnippetValues } from './snippets.ts'

const values: SnippetValues = {
  clientId: 'a1b2',
  kind: 'public',
  redirectUri: 'https://app.example/cb',
  issuer: 'https://data.example',
  authorize: 'https://data.example/-/oauth/authorize',
  token: 'https://data.example/-/oauth/token',
}

describe('snippetsFor', () => {
  it('knows no secret of a public app, and takes that of a confidential one from the environment', () => {
    for (const { text } of snippetsFor(values)) expect(text).not.toContain('CLIENT_SECRET')
    for (const { text } of snippetsFor({ ...values, kind: 'confidential' }))
      expect(text).toContain('CLIENT_SECRET')
  })

  it('says how the one program that needs a package gets it', () => {
    const [first] = snippetsFor(values)[2]?.text.split('\n') ?? []
    expect(first).toContain('npm install oauth4webapi')
    expect(first).toContain('.mjs')
  })

  it('allows plain http to a site that has nothing else, and to no other', () => {
    const javaScript = (issuer: string) => snippetsFor({ ...values, issuer })[2]?.text
    expect(javaScript('http://127.0.0.1:8001')).toContain('allowInsecureRequests')
    expect(javaScript('https://data.example')).not.toContain('allowInsecureRequests')
  })
})
