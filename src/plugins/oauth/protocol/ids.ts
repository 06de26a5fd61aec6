/**
 * The names and secrets of the provider, each a type of its own: a code cannot be passed where a client
 * secret is wanted, and only hashes reach storage. This is the one file that puts the brands on.
 */
import { hash } from 'node:crypto'
import { randomHex, type Random, type Signer } from '../../../plugin.ts'
import { isClientIdUrl } from './client-id-url.ts'

declare const brand: unique symbol

/** Text that was proven to be what `Name` says. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Public name of a client: 32 lower-case hex digits, or the address of the document that describes it. */
export type ClientId = Branded<'ClientId'>

/** What a confidential client proves itself with: 64 lower-case hex digits, 256 random bits. Shown once. */
export type ClientSecret = Branded<'ClientSecret'>

/** Names one of a client's secrets, so that it can be retired. It is not secret. */
export type SecretId = Branded<'SecretId'>

/** An authorization code: 64 lower-case hex digits, 256 random bits. */
export type AuthorizationCode = Branded<'AuthorizationCode'>

/** The secret in a refresh token: 64 lower-case hex digits, 256 bits. `refresh-token.ts` says how it travels. */
export type RefreshSecret = Branded<'RefreshSecret'>

/** What a device polls with (RFC 8628 §3.2): 64 lower-case hex digits, 256 random bits. */
export type DeviceCode = Branded<'DeviceCode'>

/** A code that a person types, in its one written form: `isUserCode` says which. */
export type UserCode = Branded<'UserCode'>

/** A user code under a key that is not in the database. The code is short: its plain hash could be guessed back. */
export type UserCodeHash = Branded<'UserCodeHash'>

/** Names a grant inside access tokens (key `g`). It is not secret: it is worth nothing without a signature. */
export type GrantId = Branded<'GrantId'>

/** Makes one consent page decidable once: 256 random bits. */
export type TicketNonce = Branded<'TicketNonce'>

/** SHA-256 of a secret, a code or a nonce, in lower-case hex. All of them carry 256 random bits, so no salt is needed. */
export type SecretHash = Branded<'SecretHash'>

/** SHA-256 of what names a browser session, in lower-case hex. */
export type SessionHash = Branded<'SessionHash'>

/** An address that passed `isRedirectUri`. */
export type RedirectUri = Branded<'RedirectUri'>

/** A PKCE challenge that passed `isCodeChallenge`. */
export type CodeChallenge = Branded<'CodeChallenge'>

/**
 * The client that a device is when it names none: a public client that nobody registered, made by a migration. Libraries
 * that insist on a `client_id` send this one. It is the hex of `tapedek command!`, which has the sixteen bytes of an id.
 */
export const COMMAND_LINE_CLIENT_ID = '7461706564656b20636f6d6d616e6421' as ClientId

export const newClientId = (random: Random): ClientId => randomHex(random, 16) as ClientId
export const newClientSecret = (random: Random): ClientSecret => randomHex(random, 32) as ClientSecret
export const newSecretId = (random: Random): SecretId => randomHex(random, 8) as SecretId
export const newAuthorizationCode = (random: Random): AuthorizationCode =>
  randomHex(random, 32) as AuthorizationCode
export const newDeviceCode = (random: Random): DeviceCode => randomHex(random, 32) as DeviceCode
export const newRefreshSecret = (random: Random): RefreshSecret => randomHex(random, 32) as RefreshSecret
export const newGrantId = (random: Random): GrantId => randomHex(random, 16) as GrantId
export const newTicketNonce = (random: Random): TicketNonce => randomHex(random, 32) as TicketNonce

/** Whether text from outside has the form of a client id. It says nothing about whether such a client exists. */
export const isClientId = (text: string): text is ClientId =>
  /^[0-9a-f]{32}$/u.test(text) || isClientIdUrl(text)

/** Whether text from outside has the form of a stored secret. */
export const isSecretHash = (text: string): text is SecretHash => /^[0-9a-f]{64}$/u.test(text)

/** Whether a value from outside has the form of a grant id. */
export const isGrantId = (value: unknown): value is GrantId =>
  typeof value === 'string' && /^[0-9a-f]{32}$/u.test(value)

/** Whether a value from outside has the form of a refresh token's secret. */
export const isRefreshSecret = (value: unknown): value is RefreshSecret =>
  typeof value === 'string' && /^[0-9a-f]{64}$/u.test(value)

/** Whether text from outside has the form of a secret's name. */
export const isSecretId = (text: string): text is SecretId => /^[0-9a-f]{16}$/u.test(text)

/** The form in which a secret, code or nonce is stored and looked up. Takes whatever was presented. */
export const hashSecret = (presented: string): SecretHash => sha256Hex(presented) as SecretHash

/** The form in which a user code is stored and looked up. Without the server's secret nobody can compute it. */
export const hashUserCode = (code: UserCode, signer: Signer): UserCodeHash =>
  sha256Hex(signer.sign(code, USER_CODE)) as UserCodeHash

/** The forms in which a user code may have been stored: under each secret of the server that is accepted now. */
export const userCodeHashes = (code: UserCode, signer: Signer): readonly UserCodeHash[] =>
  signer.signatures(code, USER_CODE).map((signed) => sha256Hex(signed) as UserCodeHash)

const USER_CODE = 'tapedeck-oauth-user-code'

/**
 * The secret that follows this one. Whoever holds the server's secret gets the same each time; nobody else can compute it.
 * A keyed hash has 160 bits, so two make one secret of 256.
 */
export const nextRefreshSecret = (secret: RefreshSecret, signer: Signer): RefreshSecret =>
  sha256Hex(
    signer.mac(secret, 'tapedeck-oauth-refresh-next-1') + signer.mac(secret, 'tapedeck-oauth-refresh-next-2'),
  ) as RefreshSecret

/** What a page is tied to: the id of the browser's session, or its cookie where that names none, or the empty text. */
export const hashSession = (session: string): SessionHash => sha256Hex(session) as SessionHash

const sha256Hex = (text: string): string => hash('sha256', text, 'hex')
