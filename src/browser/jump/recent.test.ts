import { describe, expect, it } from 'vitest'
import { forgetOthers, forgetPlaces, recentPlaces, rememberPlace } from './recent.ts'

/** A browser's store with one text in it. */
function storageWith(text: string | null) {
  const kept = { text }
  return {
    getItem: () => kept.text,
    setItem: (_key: string, value: string) => {
      kept.text = value
    },
    removeItem: () => {
      kept.text = null
    },
  }
}

const depsWith = (text: string | null, account: string | null = 'ann') => ({
  storage: storageWith(text),
  origin: 'https://data.example',
  account,
})

const place = (path: string) => ({ name: `at ${path}`, type: '', path })

describe('recent places', () => {
  it('are the last eight, latest first, each once', () => {
    const deps = depsWith(null)
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 5]) rememberPlace(deps, place(`/db/${number}`))
    const paths = recentPlaces(deps).map(({ path }) => path)
    expect(paths).toEqual([5, 9, 8, 7, 6, 4, 3, 2].map((number) => `/db/${number}`))
  })

  it('are not shown to somebody else, and are forgotten when their page comes', () => {
    const ann = depsWith(null)
    rememberPlace(ann, place('/secret'))
    for (const account of ['ben', null]) {
      expect(recentPlaces({ ...ann, account })).toEqual([])
    }
    forgetOthers({ ...ann, account: null })
    expect(recentPlaces(ann)).toEqual([])
  })

  it('are forgotten on demand', () => {
    const ann = depsWith(null)
    rememberPlace(ann, place('/secret'))
    forgetPlaces(ann.storage)
    expect(ann.storage.getItem()).toBeNull()
  })

  it.each([
    ['no JSON', 'places'],
    ['something else', '[1]'],
    ['no list', '{"account":"ann","places":{"0":1}}'],
    ['things that are no places', '{"account":"ann","places":[null,1,{"name":1,"type":"","url":"/a"}]}'],
    ['another site', '{"account":"ann","places":[{"name":"a","type":"","url":"https://evil.example/"}]}'],
    ['a script', '{"account":"ann","places":[{"name":"a","type":"","url":"javascript:alert(1)"}]}'],
  ])('are empty when the store holds %s', (_what, text) => {
    expect(recentPlaces(depsWith(text))).toEqual([])
  })
})
