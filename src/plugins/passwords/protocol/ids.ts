/**
 * The names, hashes and secrets of this plugin, each a type of its own. This is the one file that puts the brands on, besides
 * the checks that prove them.
 */
import { createHash } from 'node:crypto'
import { randomHex, type Random } from '../../../plugin.ts'

declare const brand: unique symbol

/** Text that was proven to be what `Name` says. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }

/** The name of somebody with an account here, in its one written form: `isUserName` says which. It is the id of their actor. */
export type UserName = Branded<'UserName'>

/** A password as it is kept: a PHC string, which says how it was made (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`). */
export type PasswordHash = Branded<'PasswordHash'>

/** What is in the link that invites somebody: 64 lower-case hex digits, 256 random bits. */
export type InvitationToken = Branded<'InvitationToken'>

/** SHA-256 of an invitation token, in lower-case hex. It carries 256 random bits, so no salt is needed. */
export type InvitationHash = Branded<'InvitationHash'>

/** Whom an attempt counts for, as a hash: a name that was tried, a browser that is known, a network. */
export type AttemptSubject = Branded<'AttemptSubject'>

/** Writes an argon2id hash; `cost` is in KiB, passes and lanes. */
export function formatPasswordHash(
  cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
  salt: Buffer,
  hash: Buffer,
): PasswordHash {
  const { memory, passes, parallelism } = cost
  const parameters = `m=${memory},t=${passes},p=${parallelism}`
  return `$argon2id$v=19$${parameters}$${unpadded(salt)}$${unpadded(hash)}` as PasswordHash
}

export const newInvitationToken = (random: Random): InvitationToken =>
  randomHex(random, 32) as InvitationToken

export const hashInvitation = (token: InvitationToken): InvitationHash => sha256(token) as InvitationHash

/** Reads a token from a link; null for what is none. */
export function parseInvitationToken(text: string): InvitationToken | null {
  return /^[0-9a-f]{64}$/u.test(text) ? (text as InvitationToken) : null
}

/** The subject of this kind; what it is stays unreadable in the rows. */
export function attemptSubject(
  kind: 'name' | 'browser' | 'change' | 'invitation' | 'network' | 'site',
  what: string,
): AttemptSubject {
  return sha256(`${kind} ${what}`) as AttemptSubject
}

/** What a known browser's cookie says of the name and the password that it signed in with: enough to know them again. */
export function hashKnown(browserId: string, name: UserName, password: PasswordHash): string {
  return sha256(`${browserId} ${name} ${password}`)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
