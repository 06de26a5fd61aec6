import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  makeSite,
  removeSite,
  startProcess,
  type ServerProcess,
  type Site,
} from '../test/support/server-process.ts'
import { boundFigure, quantile, report } from './targets.ts'

const EXPIRED = Number(process.argv[3] ?? 1_000_000)
const UNDISTURBED_SECONDS = 20
const CLIENTS = 4
const PAUSE_MS = 10
/** Authorization codes that are there to be redeemed. */
const CODES = 200_000

const CLIENT_ID = 'c'.repeat(32)
const CLIENT_SECRET = 's'.repeat(64)
const REDIRECT_URI = 'https://app.example/cb'
const codeOf = (n: number) => n.toString(16).padStart(64, '0')
const hashSecret = (secret: string) => createHash('sha256').update(secret).digest('hex')
const grantOf = (n: number) => n.toString(16).padStart(32, '0')

/** What it costs the token endpoint that a million expired rows are removed meanwhile: codes are redeemed, undisturbed and beside it. */
export async function bench(): Promise<void> {
  const site = makeSite('shop', 'create table orders (id integer primary key)')
  await (await startProcess(site)).stop()
  fillCodes(site)

  let next = 0
  const measure = async (server: ServerProcess, isOver: () => boolean): Promise<readonly number[]> => {
    await redeemUntil(server, after(2), () => next++)
    return redeemUntil(server, isOver, () => next++)
  }
  const quiet = await startProcess(site)
  const undisturbed = await measure(quiet, after(UNDISTURBED_SECONDS))
  await quiet.stop()

  fillExpired(site)
  const busy = await startProcess(site)
  const rows = new DatabaseSync(internalOf(site), { readOnly: true })
  const left = rows.prepare(`select (select count(*) from tapedeck_oauth_consent_nonces)
    + (select count(*) from tapedeck_oauth_codes where used_at = 1)
    + (select count(*) from tapedeck_oauth_grants where ended_at is not null) as n`)
  const started = performance.now()
  let isPurged = false
  const looking = setInterval(() => {
    isPurged = left.get()?.['n'] === 0
  }, 2000)
  const beside = await measure(busy, () => isPurged)
  const seconds = (performance.now() - started) / 1000
  clearInterval(looking)
  rows.close()
  await busy.stop()
  removeSite(site)

  const [alone, disturbed] = [quantile(undisturbed, 0.99), quantile(beside, 0.99)]
  report([
    {
      ...boundFigure(
        `p99 of the token endpoint while ${EXPIRED} expired rows go`,
        disturbed / alone,
        'times',
        3,
      ),
      note: `${alone.toFixed(1)} ms undisturbed, ${disturbed.toFixed(1)} ms beside; all gone after ${Math.round(seconds)} s; ${beside.length} codes redeemed meanwhile`,
    },
  ])
}

const internalOf = (site: Site) => join(site.directory, 'internal.db')

function after(seconds: number): () => boolean {
  const end = performance.now() + seconds * 1000
  return () => performance.now() >= end
}

/** How long each redemption took, in milliseconds. */
async function redeemUntil(
  { url }: ServerProcess,
  isOver: () => boolean,
  take: () => number,
): Promise<readonly number[]> {
  const tookMs: number[] = []
  const client = async () => {
    while (!isOver()) {
      const code = take()
      if (code >= CODES) throw new Error('there are no codes left to redeem')
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: codeOf(code),
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uri: REDIRECT_URI,
      })
      const start = performance.now()
      const answer = await fetch(`${url}/-/oauth/token`, { method: 'POST', body })
      await answer.text()
      tookMs.push(performance.now() - start)
      if (answer.status !== 200) throw new Error(`a code was answered with ${answer.status}`)
      await new Promise((go) => setTimeout(go, PAUSE_MS))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return tookMs
}

function fillCodes(site: Site): void {
  write(site, (database) => {
    const now = Math.floor(Date.now() / 1000)
    database
      .prepare(
        `insert into tapedeck_oauth_clients (client_id, client_name, client_type, redirect_uris, created_by, created_at, position)
         values (?, 'App', 'confidential', ?, '"anna"', ?, 1)`,
      )
      .run(CLIENT_ID, JSON.stringify([REDIRECT_URI]), now)
    database
      .prepare(
        `insert into tapedeck_oauth_client_secrets (secret_id, client_id, secret_hash, created_at, position)
         values ('1', ?, ?, ?, 1)`,
      )
      .run(CLIENT_ID, hashSecret(CLIENT_SECRET), now)
    const grant = insertGrant(database)
    const code = database.prepare(
      `insert into tapedeck_oauth_codes (code_hash, grant_id, client_id, redirect_uri, expires_at) values (?, ?, ?, ?, ?)`,
    )
    for (let n = 0; n < CODES; n += 1) {
      grant.run(grantOf(n), CLIENT_ID, SCOPES, now, null)
      code.run(hashSecret(codeOf(n)), grantOf(n), CLIENT_ID, REDIRECT_URI, now + 86_400)
    }
  })
}

/** Decided consent pages, redeemed codes and ended grants, all of them long ago. */
function fillExpired(site: Site): void {
  write(site, (database) => {
    const nonce = database.prepare(`insert into tapedeck_oauth_consent_nonces values (?, 1)`)
    const grant = insertGrant(database)
    const code = database.prepare(
      `insert into tapedeck_oauth_codes (code_hash, grant_id, client_id, redirect_uri, expires_at, used_at) values (?, ?, ?, ?, 1, 1)`,
    )
    for (let n = 0; n < EXPIRED; n += 1) {
      const hash = hashSecret(`expired ${n}`)
      if (n % 5 < 2) nonce.run(hash)
      else if (n % 5 < 4) code.run(hash, grantOf(0), CLIENT_ID, REDIRECT_URI)
      else grant.run(hash.slice(0, 32), CLIENT_ID, SCOPES, 1, 1)
    }
  })
}

const SCOPES = '{"access":"listed","scopes":[["view-instance"]]}'

function insertGrant(database: DatabaseSync) {
  return database.prepare(
    `insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at, ended_at)
     values (?, ?, '"anna"', '{}', ?, ?, ?)`,
  )
}

function write(site: Site, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(internalOf(site))
  database.exec('begin')
  work(database)
  database.exec('commit')
  database.close()
}
