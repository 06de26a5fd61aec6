import { describe, expect, it } from 'vitest'
import { wantsJsonRefusal, wantsPage } from './negotiate.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://site.test${path}`, { headers })

describe('wantsPage', () => {
  it('is true for a browser', () => expect(wantsPage(get('/', { accept: BROWSER }))).toBe(true))

  it.each(['', '*/*', 'application/json'])('is false for a client that accepts %j', (accept) => {
    expect(wantsPage(get('/', { accept }))).toBe(false)
  })

  it('is false for a client that says nothing', () => expect(wantsPage(get('/'))).toBe(false))
})

describe('wantsJsonRefusal', () => {
  it.each<[string, Request]>([
    ['a path that ends in .json', get('/db.json?x=1', { accept: BROWSER })],
    ['a client that accepts JSON', get('/db', { accept: 'text/plain, Application/JSON' })],
    ['a client that sends JSON', get('/db', { 'content-type': 'application/json' })],
  ])('is true for %s', (_what, request) => expect(wantsJsonRefusal(request)).toBe(true))

  it.each<[string, Request]>([
    ['a browser', get('/db', { accept: BROWSER })],
    ['a client that says nothing', get('/db')],
    ['.json in the query', get('/db?x=.json')],
    ['a content type with a parameter', get('/db', { 'content-type': 'application/json; charset=utf-8' })],
  ])('is false for %s', (_what, request) => expect(wantsJsonRefusal(request)).toBe(false))
})
