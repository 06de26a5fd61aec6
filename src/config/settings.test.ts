import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultSettings, isSettingName, parseSettingText, settingsSchema } from './settings.ts'

describe('settingsSchema', () => {
  it('has the defaults of Datasette, in its order, and what is ours', () => {
    const { max_bulk_body_bytes: ours, ...others } = defaultSettings
    expect(ours).toBe(268_435_456)
    expect(Object.entries(others)).toEqual([
      ['default_page_size', 100],
      ['max_returned_rows', 1000],
      ['max_insert_rows', 100],
      ['max_post_body_bytes', 2_097_152],
      ['num_sql_threads', 3],
      ['sql_time_limit_ms', 1000],
      ['default_facet_size', 30],
      ['facet_time_limit_ms', 200],
      ['facet_suggest_time_limit_ms', 50],
      ['allow_facet', true],
      ['allow_download', true],
      ['allow_signed_tokens', true],
      ['default_allow_sql', true],
      ['max_signed_tokens_ttl', 0],
      ['suggest_facets', true],
      ['default_cache_ttl', 5],
      ['cache_size_kb', 0],
      ['allow_csv_stream', true],
      ['max_csv_mb', 100],
      ['truncate_cells_html', 2048],
      ['force_https_urls', false],
      ['template_debug', false],
      ['trace_debug', false],
      ['base_url', '/'],
    ])
  })

  it('describes every setting', () => {
    for (const schema of Object.values(settingsSchema.shape)) expect(schema.description).toMatch(/\w.*\.$/)
  })

  it.each(['data', '/data', 'data/', '//', '/a//b/', '/a b/', '/"/', 'https://site.example/'])(
    'refuses %j as base_url',
    (base_url) => expect(settingsSchema.safeParse({ base_url }).success).toBe(false),
  )

  it.each(['/', '/data/', '/a/b-c/'])('takes %j as base_url', (base_url) =>
    expect(settingsSchema.parse({ base_url }).base_url).toBe(base_url),
  )
})

describe('isSettingName', () => {
  it('knows settings and nothing else that objects have', () => {
    expect(isSettingName('base_url')).toBe(true)
    expect(isSettingName('base-url')).toBe(false)
    expect(isSettingName('constructor')).toBe(false)
    expect(isSettingName('__proto__')).toBe(false)
  })
})

describe('parseSettingText', () => {
  it.each([
    ['on', true],
    ['true', true],
    ['1', true],
    ['On', true],
    ['off', false],
    ['false', false],
    ['0', false],
  ])('reads %j as a switch', (text, value) =>
    expect(parseSettingText('allow_facet', text)).toEqual({ ok: true, value }),
  )

  it.each(['yes', '2', '', 'onn'])('refuses %j as a switch', (text) =>
    expect(parseSettingText('allow_facet', text)).toEqual({ ok: false, error: 'expected on or off' }),
  )

  it.each(['', ' ', '1.5', '1e3', '0x10', 'ten', '1_000', '99999999999999999999'])(
    'refuses %j as a number',
    (text) =>
      expect(parseSettingText('max_returned_rows', text)).toEqual({
        ok: false,
        error: 'expected a whole number',
      }),
  )

  it('reads any whole number that it can hold exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        // Minus zero is written as zero.
        expect(parseSettingText('max_returned_rows', String(value))).toEqual({ ok: true, value: value + 0 })
      }),
    )
  })

  it('takes text as it is', () => {
    expect(parseSettingText('base_url', '/data/')).toEqual({ ok: true, value: '/data/' })
  })
})
