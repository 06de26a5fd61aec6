import { expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ClientNameField } from './client-name-field.tsx'

it('lets a browser send every name that can be registered', async () => {
  const html = await htmlText(<ClientNameField value={'🌦'.repeat(200)} />)
  const maxLength = Number(/maxlength="(?<units>\d+)"/u.exec(html)?.groups?.['units'])
  expect(maxLength).toBeGreaterThanOrEqual('🌦'.repeat(200).length)
})
