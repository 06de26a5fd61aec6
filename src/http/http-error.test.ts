import { describe, expect, it } from 'vitest'
import { HttpError } from './http-error.ts'

describe('HttpError', () => {
  it('keeps the public message apart from the cause', () => {
    const error = new HttpError(400, 'Invalid JSON', { cause: new Error('secret detail') })
    expect(error.message).toBe('Invalid JSON')
    expect(error.cause).toEqual(new Error('secret detail'))
    expect(error.headers).toEqual({})
  })
})
