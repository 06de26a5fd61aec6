/** `npm run bench -- NAME`: measures one part and prints its figures as a Markdown table, the form in which docs/performance.md has them. */
const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: () => void | Promise<void> }>>> = {
  permissions: () => import('./permissions.ts'),
  bulk: () => import('./bulk.ts'),
  reading: () => import('./reading.ts'),
  oauth: () => import('./oauth.ts'),
  runaway: () => import('./runaway.ts'),
  writing: () => import('./writing.ts'),
  audit: () => import('./audit.ts'),
  start: () => import('./start.ts'),
  purge: () => import('./purge.ts'),
  'many-tables': () => import('./many-tables.ts'),
}

const name = process.argv[2] ?? ''
const load = BENCHES[name]
if (load === undefined) {
  console.error(`Usage: npm run bench -- ${Object.keys(BENCHES).join('|')}`)
  process.exit(2)
}
const { bench } = await load()
await bench()
