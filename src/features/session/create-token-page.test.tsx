import { describe, expect, it } from 'vitest'
import { htmlText } from '../../ui/html-text.ts'
import { CreateTokenPage, type CreateTokenPageProps } from './create-token-page.tsx'

const usual: CreateTokenPageProps = {
  action: '/-/create-token',
  form: { expireType: '', expireDuration: '', ticked: new Set() },
  allActions: [{ name: 'view-instance', description: 'View the site' }],
  databaseActions: [{ name: 'view-database', description: 'View the database' }],
  resourceActions: [{ name: 'view-table', description: 'View the table' }],
  databases: [
    { name: 'my shop', encodedName: 'my+shop', tables: [{ name: 'a/b', encodedName: 'a~2Fb' }] },
    { name: 'team', encodedName: 'team', tables: [] },
  ],
  error: null,
  created: null,
}

const render = (props: Partial<CreateTokenPageProps> = {}): Promise<string> =>
  htmlText(<CreateTokenPage {...usual} {...props} />)

const boxes = (html: string) => [...html.matchAll(/type="checkbox" name="([^"]*)"/g)].map(([, name]) => name)

describe('CreateTokenPage', () => {
  it('names its boxes after the level, the encoded names and the action (host.md §11.9)', async () => {
    expect(boxes(await render())).toEqual([
      'all:view-instance',
      'database:my+shop:view-database',
      'resource:my+shop:a~2Fb:view-table',
      'database:team:view-database',
    ])
  })

  it('offers never, minutes, hours and days', async () => {
    const html = await render()
    expect([...html.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value)).toEqual([
      '',
      'minutes',
      'hours',
      'days',
    ])
    expect(html).toContain('name="expire_duration"')
  })

  it('starts with nothing ticked and everything folded', async () => {
    const html = await render()
    expect(html).not.toContain('checked')
    expect(html).not.toContain('open=""')
  })

  it('keeps what was sent after a mistake, and unfolds what is ticked', async () => {
    const form = {
      expireType: 'hours',
      expireDuration: '-1',
      ticked: new Set(['resource:my+shop:a~2Fb:view-table']),
    }
    const html = await render({ form, error: 'Invalid expire duration' })
    expect(html).toContain('Invalid expire duration')
    expect(html).toContain('No token was created.')
    expect(html).toContain('<option value="hours" selected="">')
    expect(html).toContain('value="-1"')
    expect(html).toContain('name="resource:my+shop:a~2Fb:view-table" value="1" checked=""')
    expect(html.match(/<details class="fold" open="">/g)).toHaveLength(2)
  })

  it('shows the token in a field to copy from, once, with what it says', async () => {
    const html = await render({ created: { token: 'dstok_abc', decoded: '{\n  "a": "alice"\n}' } })
    expect(html).toMatch(/<input type="text"[^>]* value="dstok_abc"[^>]* readonly="" data-copy="Token"/)
    expect(html).toContain('It will not be shown again.')
    expect(html).toContain('&quot;a&quot;: &quot;alice&quot;')
    expect(await render()).not.toContain('dstok_')
  })
})
