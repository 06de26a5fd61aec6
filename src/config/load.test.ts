import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatConfigFault } from './config-error.ts'
import { fail, ok } from '../result.ts'
import { loadConfig, type ConfigInput, type ConfigurablePlugin, type LoadedConfig } from './load.ts'
import { defaultSettings } from './settings.ts'

const schema = z.strictObject({
  enable_device_flow: z.boolean().default(false),
  access_token_ttl: z.int().min(1).nullable().default(null),
  client_secret: z.string().optional(),
})

const oauth: ConfigurablePlugin<z.infer<typeof schema>> = {
  name: 'datasette-oauth',
  configure: (block, words) => {
    const parsed = schema.safeParse(block, { error: words })
    return parsed.success ? ok(parsed.data) : fail(parsed.error)
  },
}

type Input = ConfigInput<z.infer<typeof schema>>

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-config-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function write(content: unknown, name = 'datasette.yaml'): string {
  const file = join(directory, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function load(content: unknown, further: Partial<Input> = {}) {
  return loadConfig({
    configFile: write(content),
    metadataFile: null,
    settings: [],
    plugins: [oauth],
    env: {},
    ...further,
  })
}

function loaded(content: unknown, further: Partial<Input> = {}): LoadedConfig<z.infer<typeof schema>> {
  const result = load(content, further)
  if (!result.ok) throw new Error(result.error.map(formatConfigFault).join('\n'))
  return result.value
}

function faults(content: unknown, further: Partial<Input> = {}): readonly string[] {
  const result = load(content, further)
  return result.ok ? [] : result.error.map(formatConfigFault)
}

describe('loadConfig', () => {
  it('needs no file at all', () => {
    const result = loadConfig({
      configFile: null,
      metadataFile: null,
      settings: [],
      plugins: [oauth],
      env: {},
    })
    expect(result).toEqual({
      ok: true,
      value: {
        config: { metadata: {}, asWritten: {} },
        settings: defaultSettings,
        plugins: [{ enable_device_flow: false, access_token_ttl: null }],
        warnings: [],
      },
    })
  })

  it('reads every key of every level', () => {
    const content = {
      title: 'T',
      description: 'D',
      description_html: '<b>D</b>',
      license: 'CC0',
      license_url: 'https://license.example/',
      source: 'S',
      source_url: 'https://source.example/',
      about: 'A',
      about_url: 'https://about.example/',
      allow: { id: '*' },
      allow_sql: false,
      permissions: { 'insert-row': { id: ['ann', 'bob'] }, 'create-table': true },
      extra_css_urls: ['/a.css'],
      extra_js_urls: [{ url: '/a.js', module: true }],
      databases: {
        shop: {
          title: 'Shop',
          allow: true,
          allow_sql: { id: 'ann' },
          permissions: { 'drop-table': false },
          plugins: { x: {} },
          queries: {
            short: 'select 1',
            long: {
              sql: 'select 2',
              title: 'Two',
              params: ['a'],
              write: true,
              is_trusted: false,
              allow: { id: 'ann' },
            },
          },
          tables: {
            orders: {
              title: 'Orders',
              columns: { id: 'Number' },
              hidden: true,
              sort: 'id',
              sort_desc: 'name',
              size: 10,
              sortable_columns: [],
              label_column: 'name',
              facets: ['state', { array: 'tags' }, { date: 'created' }],
              facet_size: 3,
              fts_table: 'orders_fts',
              fts_pk: 'id',
              searchmode: 'raw',
              column_types: { mail: 'email', page: { type: 'url', config: {} } },
              permissions: { 'delete-row': { id: 'ann' } },
            },
          },
        },
      },
    }
    const { config, warnings } = loaded(content)
    expect(warnings).toEqual([])
    expect(config).toMatchObject({
      ...content,
      databases: { shop: { tables: content.databases.shop.tables } },
    })
    expect(config.databases?.['shop']?.queries).toEqual({
      short: { sql: 'select 1', is_trusted: true },
      long: content.databases.shop.queries.long,
    })
  })

  it('takes a key without a value for one that is not there', () => {
    const { config, settings } = loaded(
      'title:\nallow:\nsettings:\n  max_csv_mb:\ndatabases:\n  shop:\n    tables:\n      t:\n',
    )
    expect(config.title).toBeUndefined()
    expect(config.allow).toBeUndefined()
    expect(config.databases?.['shop']?.tables?.['t']).toBeUndefined()
    expect(settings).toEqual(defaultSettings)
  })

  it('shows a description that is not text as JSON', () => {
    expect(loaded({ title: 1984, about: ['a'] }).config).toMatchObject({ title: '1984', about: '["a"]' })
  })

  it('reads settings of the file, with those of the command line over them', () => {
    const { settings } = loaded(
      { settings: { max_csv_mb: 1, default_page_size: 7 } },
      { settings: [['max_csv_mb', '2']] },
    )
    expect(settings).toEqual({ ...defaultSettings, max_csv_mb: 2, default_page_size: 7 })
  })

  it('lays paths of the command line over the file', () => {
    const { config } = loaded({ allow: { id: 'bob' } }, { settings: [['allow.id', 'ann']] })
    expect(config.allow).toEqual({ id: 'ann' })
  })

  it('judges the block of a plugin by its schema, with its secrets put in', () => {
    const { plugins, config } = loaded(
      { plugins: { 'datasette-oauth': { enable_device_flow: true, client_secret: { $env: 'S' } } } },
      { env: { S: 's3cret' } },
    )
    expect(plugins).toEqual([{ enable_device_flow: true, access_token_ttl: null, client_secret: 's3cret' }])
    expect(JSON.stringify(config)).not.toContain('s3cret')
  })

  it('puts no secret anywhere else', () => {
    expect(loaded({ title: { $env: 'S' } }, { env: { S: 's3cret' } }).config.title).toBe('{"$env":"S"}')
  })

  it('warns of keys without effect, and of plugins that do not exist', () => {
    const { warnings } = loaded({
      alow: false,
      databases: {
        shop: {
          alow: false,
          tables: { t: { alow: false, columns: { alow: 'a column' } } },
          queries: { q: { sql: 'select 1', x: 1 } },
        },
      },
      plugins: { other: { api_key: 'x' } },
    })
    expect(warnings).toEqual([
      'alow is not a key of the configuration and is ignored',
      'databases.shop.alow is not a key of the configuration and is ignored',
      'databases.shop.tables.t.alow is not a key of the configuration and is ignored',
      'databases.shop.queries.q.x is not a key of the configuration and is ignored',
      'plugins.other is ignored: there is no plugin of that name',
    ])
  })

  it('reads the metadata file below the configuration', () => {
    const metadataFile = write(
      { title: 'M', about: 'm', allow: { id: 'ann' }, allow_sql: false },
      'metadata.json',
    )
    const { config, warnings } = loaded({ title: 'C' }, { metadataFile })
    expect(config).toEqual({
      title: 'C',
      about: 'm',
      allow: { id: 'ann' },
      metadata: { title: 'M', about: 'm' },
      asWritten: { title: 'C', allow: { id: 'ann' } },
    })
    expect(warnings).toEqual(['allow_sql has no effect in a metadata file; put it into the configuration'])
  })

  it('prints every fault, with its path and what was expected', () => {
    expect(
      faults(
        {
          allow: 'ann',
          permissions: ['insert-row'],
          settings: {
            max_returned_rows: '100',
            default_page_size: 0,
            allow_facet: 'on',
            sql_limit: 1,
            base_url: 'data',
          },
          databases: {
            shop: {
              allow: [{ id: 'ann' }],
              tables: {
                orders: {
                  hidden: 'no',
                  size: 1.5,
                  facets: [{ day: 'x' }],
                  searchmode: 'x',
                  sortable_columns: 'id',
                },
              },
              queries: { q: { title: 'without SQL' }, r: 7, s: ' ' },
            },
          },
          plugins: { 'datasette-oauth': { device_flow: true, access_token_ttl: 'soon' } },
        },
        { settings: [['nonsense', '1']] },
      ).toSorted(),
    ).toEqual(
      [
        '--setting nonsense: unknown setting',
        'allow: expected true, false, or a mapping of actor keys to values such as {id: alice}',
        'databases.shop.allow: expected true, false, or a mapping of actor keys to values such as {id: alice}',
        'databases.shop.queries.q.sql: expected text, got nothing',
        'databases.shop.queries.r: expected a mapping, got a number',
        'databases.shop.queries.s.sql: expected an SQL statement',
        'databases.shop.tables.orders.facets.0: expected the name of a column, {array: column} or {date: column}',
        'databases.shop.tables.orders.hidden: expected true or false, got text',
        'databases.shop.tables.orders.searchmode: expected "raw" or "escaped"',
        'databases.shop.tables.orders.size: expected a whole number, got a number',
        'databases.shop.tables.orders.sortable_columns: expected a list, got text',
        'permissions: expected a mapping, got a list',
        'plugins.datasette-oauth.access_token_ttl: expected a number, got text',
        'plugins.datasette-oauth.device_flow: unknown key',
        'settings.allow_facet: expected true or false, got text',
        'settings.base_url: expected a path that begins and ends with /, such as /data/',
        'settings.default_page_size: expected 1 or more',
        'settings.max_returned_rows: expected a number, got text',
        'settings.sql_limit: unknown setting',
      ].toSorted(),
    )
  })

  it('judges limits of settings from the command line as well', () => {
    expect(faults({}, { settings: [['num_sql_threads', '0']] })).toEqual([
      'settings.num_sql_threads: expected 1 or more',
    ])
  })

  it('says that a secret is missing, and nothing more about that plugin', () => {
    expect(faults({ plugins: { 'datasette-oauth': { client_secret: { $env: 'S' } } } })).toEqual([
      'plugins.datasette-oauth.client_secret: the environment variable S is not set',
    ])
  })

  it('never prints a secret', () => {
    const config = { plugins: { 'datasette-oauth': { access_token_ttl: { $env: 'S' } } } }
    expect(faults(config, { env: { S: 's3cret' } }).join()).not.toContain('s3cret')
  })

  it.each([
    ['settings', 'settings: expected a mapping, got a list'],
    ['plugins', 'plugins: expected a mapping, got a list'],
    ['databases', 'databases: expected a mapping, got a list'],
  ])('refuses a list for %s', (key, fault) => expect(faults({ [key]: [] })).toEqual([fault]))

  it('refuses the one name that schemas drop in silence, wherever it stands', () => {
    const refusal = '__proto__ cannot be used as a name'
    expect(faults('{"databases": {"__proto__": {"allow": false}}}')).toEqual([
      expect.stringContaining(refusal),
    ])
    expect(faults('databases:\n  shop:\n    tables:\n      __proto__:\n        allow: false\n')).toEqual([
      expect.stringContaining(refusal),
    ])
    expect(faults({}, { settings: [['databases.__proto__.allow', 'false']] })).toEqual([
      `--setting databases.__proto__.allow: ${refusal}`,
    ])
    expect(faults({ databases: { constructor: { allow: false } } })).toEqual([])
  })

  it('refuses a time limit that no timer can keep', () => {
    expect(faults({ settings: { sql_time_limit_ms: 2147483647 } })).toHaveLength(1)
    expect(faults({ settings: { sql_time_limit_ms: 86_400_000 } })).toEqual([])
  })

  it('names each file that cannot be read', () => {
    const missing = { configFile: join(directory, 'c.yaml'), metadataFile: join(directory, 'm.yaml') }
    expect(faults({}, missing)).toEqual([
      `${missing.configFile}: cannot be read: there is no such file`,
      `${missing.metadataFile}: cannot be read: there is no such file`,
    ])
  })
})
