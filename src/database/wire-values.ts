import type { WireParams, WireValue } from './messages.ts'
import type { SqlParams, SqlValue } from './values.ts'

/** Writes a value for JSON. A bigint stays an integer and a number stays a float, also when it is whole. */
export function encodeValue(value: SqlValue): WireValue {
  if (typeof value === 'bigint') return { i: value.toString() }
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('base64') }
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return { r: Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity' }
}

/** Reads what `encodeValue` wrote. */
export function decodeValue(value: WireValue): SqlValue {
  if (value === null || typeof value !== 'object') return value
  if ('i' in value) return BigInt(value.i)
  return 'b' in value ? new Uint8Array(Buffer.from(value.b, 'base64')) : Number(value.r)
}

/** Writes parameters for JSON. */
export function encodeParams(params: SqlParams): WireParams {
  if (isList(params)) return params.map(encodeValue)
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, encodeValue(value)]))
}

/** Reads what `encodeParams` wrote. */
export function decodeParams(params: WireParams): SqlParams {
  if (isList(params)) return params.map(decodeValue)
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeValue(value)]))
}

/** Whether parameters go by position. `Array.isArray` does not narrow a readonly array. */
export function isList<T>(params: readonly T[] | Readonly<Record<string, T>>): params is readonly T[] {
  return Array.isArray(params)
}
