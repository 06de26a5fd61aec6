import { describe, expect, it } from 'vitest'
import { HELP } from './help.ts'
import { parseServeArgs, SERVE_OPTIONS, type ServeOptions } from './serve-options.ts'

const defaults: ServeOptions = {
  files: [],
  immutables: [],
  host: '127.0.0.1',
  port: 8001,
  configFile: null,
  metadataFile: null,
  secret: null,
  previousSecret: null,
  internalFile: null,
  settings: [],
  root: false,
  create: false,
  cors: false,
  defaultDeny: false,
  memory: false,
  trustedProxies: [],
}

const parse = (...argv: string[]) => parseServeArgs(argv, {})
const options = (given: Partial<ServeOptions>) => ({
  ok: true,
  value: { kind: 'serve', options: { ...defaults, ...given } },
})

describe('parseServeArgs', () => {
  it('serves nothing but memory on port 8001 of this machine when told nothing', () => {
    expect(parse()).toEqual(options({}))
  })

  it('reads every option in its long form', () => {
    const argv =
      'a.db --host ::1 --port 0 --config c.yaml --metadata m.yaml --secret s --internal i.db ' +
      '--setting allow_facet off --immutable b.db --immutable c.db --root --create --cors --default-deny --memory d.db'
    expect(parse(...argv.split(' '))).toEqual(
      options({
        files: ['a.db', 'd.db'],
        immutables: ['b.db', 'c.db'],
        host: '::1',
        port: 0,
        configFile: 'c.yaml',
        metadataFile: 'm.yaml',
        secret: 's',
        internalFile: 'i.db',
        settings: [['allow_facet', 'off']],
        root: true,
        create: true,
        cors: true,
        defaultDeny: true,
        memory: true,
      }),
    )
  })

  it.each([
    ['2027-01-31', 1_801_353_600],
    ['2027-01-31T12:00Z', 1_801_396_800],
    ['2027-01-31T12:00:30Z', 1_801_396_830],
  ])('reads the secret before this one, until %s, from options or variables', (until, seconds) => {
    const read = options({ previousSecret: { secret: 'old', until: seconds } })
    expect(parse('--previous-secret', 'old', '--previous-secret-until', until)).toEqual(read)
    const env = { DATASETTE_PREVIOUS_SECRET: 'old', DATASETTE_PREVIOUS_SECRET_UNTIL: until }
    expect(parseServeArgs([], env)).toEqual(read)
    expect(parse('--previous-secret', 'old')).toEqual(
      options({ previousSecret: { secret: 'old', until: null } }),
    )
  })

  it.each(['tomorrow', '2027-01-31T12:00', '2027-02-31x', '2027-13-01', '1800000000'])(
    'takes no moment that could mean another: %s',
    (until) => {
      expect(parse('--previous-secret', 'old', '--previous-secret-until', until)).toEqual({
        ok: false,
        error: expect.stringContaining('must be a day or a moment in UTC'),
      })
    },
  )

  it('takes no end without a previous secret', () => {
    expect(parse('--previous-secret-until', '2027-01-31')).toEqual({
      ok: false,
      error: '--previous-secret-until needs --previous-secret',
    })
  })

  it('reads short forms, of which -h is the host', () => {
    expect(
      parse(
        '-h',
        '0.0.0.0',
        '-p',
        '80',
        '-c',
        'c.yaml',
        '-m',
        'm.yaml',
        '-i',
        'a.db',
        '-s',
        'max_csv_mb',
        '1',
      ),
    ).toEqual(
      options({
        host: '0.0.0.0',
        port: 80,
        configFile: 'c.yaml',
        metadataFile: 'm.yaml',
        immutables: ['a.db'],
        settings: [['max_csv_mb', '1']],
      }),
    )
  })

  it('reads values that are joined to their option', () => {
    expect(parse('-p8002', '--host=::', '--secret=a=b')).toEqual(
      options({ port: 8002, host: '::', secret: 'a=b' }),
    )
  })

  it('keeps settings in order and takes any value, also one that looks like an option', () => {
    expect(
      parse('-s', 'max_csv_mb', '-1', '--setting', 'title', '--root', 'a.db', '-s', 'about', ''),
    ).toEqual(
      options({
        files: ['a.db'],
        settings: [
          ['max_csv_mb', '-1'],
          ['title', '--root'],
          ['about', ''],
        ],
      }),
    )
  })

  it('reads trusted proxies as addresses and networks', () => {
    const parsed = parse('--trusted-proxy', '10.0.0.0/8', '--trusted-proxy=::1')
    const proxies = parsed.ok && parsed.value.kind === 'serve' ? parsed.value.options.trustedProxies : []
    expect(proxies.map(({ start, bits }) => [start.toString(), bits])).toEqual([
      ['10.0.0.0', 8],
      ['::1', 128],
    ])
  })

  it('takes a secret that begins with a dash', () => {
    expect(parse('--secret', '-s', 'a.db')).toEqual(options({ secret: '-s', files: ['a.db'] }))
  })

  it('takes everything after -- for files', () => {
    expect(parse('--root', '--', '--setting', '-p')).toEqual(
      options({ root: true, files: ['--setting', '-p'] }),
    )
  })

  it('reads the secret from DATASETTE_SECRET unless one is given', () => {
    expect(parseServeArgs([], { DATASETTE_SECRET: 'e' })).toEqual(options({ secret: 'e' }))
    expect(parseServeArgs(['--secret', 's'], { DATASETTE_SECRET: 'e' })).toEqual(options({ secret: 's' }))
    expect(parseServeArgs([], { DATASETTE_SECRET: '' })).toEqual(options({ secret: null }))
  })

  it.each([
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['-x'], "Unknown option '-x'"],
    [['--root=yes'], "Option '--root' does not take an argument"],
    [['--config'], '--config needs a value'],
    [['a.db', '-p'], '-p needs a value'],
    [['-s', 'max_csv_mb'], '-s needs a name and a value'],
    [['--setting'], '--setting needs a name and a value'],
    [['--setting=max_csv_mb=1'], '--setting needs a name and a value: --setting NAME VALUE'],
    [['--secret', ''], '--secret must not be empty'],
    [['--internal='], '--internal must not be empty'],
    [['-i', ''], '--immutable must not be empty'],
    [
      ['--trusted-proxy', 'proxy.example'],
      '--trusted-proxy must be an address or a network such as 10.0.0.0/8, not proxy.example',
    ],
    [[''], 'the name of a database file must not be empty'],
  ])('refuses %j', (argv, error) => expect(parse(...argv)).toEqual({ ok: false, error }))

  it.each(['x', '', '65536', '-1', '80.5', '0x50', ' 80'])('refuses the port %j', (port) =>
    expect(parse('--port', port)).toEqual({
      ok: false,
      error: '--port must be a whole number from 0 to 65535',
    }),
  )

  it('gives help and version before anything else is judged', () => {
    expect(parse('--help', '--port', 'x')).toEqual({ ok: true, value: { kind: 'help' } })
    expect(parse('--version', '--port', 'x')).toEqual({ ok: true, value: { kind: 'version' } })
  })
})

describe('HELP', () => {
  it('names every option, with its short form', () => {
    for (const [name, option] of Object.entries(SERVE_OPTIONS)) {
      const names = 'short' in option ? `-${option.short}, --${name}` : `--${name}`
      expect(HELP).toMatch(new RegExp(`^  ${names}( |$)`, 'm'))
    }
    expect(HELP).toContain('-s, --setting NAME VALUE')
  })

  it('fits on a line of a wide terminal', () => {
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})
