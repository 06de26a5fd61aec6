import { expect, it } from 'vitest'
import { htmlText } from '../../../ui/html-text.ts'
import { ClientFields } from './client-fields.tsx'

it('lets a browser send every name that can be registered', async () => {
  const html = await htmlText(
    <ClientFields form={{ name: '🌦'.repeat(200), redirectUris: '', faults: null }} />,
  )
  const maxLength = Number(/maxlength="(?<units>\d+)"/u.exec(html)?.groups?.['units'])
  expect(maxLength).toBeGreaterThanOrEqual('🌦'.repeat(200).length)
})
