import { expect, it } from 'vitest'
import { defaultSettings, settingsSchema } from '../../src/config/settings.ts'
import { readPage, tableRows } from './page.ts'

const documented = tableRows(readPage('docs/serve.md'))

it.each(Object.entries(settingsSchema.shape))('setting %s stands in docs/serve.md', (name, schema) => {
  const preset = Object.entries(defaultSettings).find(([key]) => key === name)?.[1]
  expect(documented).toContainEqual([`\`${name}\``, written(preset), schema.description])
})

function written(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' ? `\`${value}\`` : String(value)
}
