import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { fail } from '../result.ts'
import { fitBindings, iterateBound } from './bindings.ts'
import type { SqlParams } from './values.ts'

function run(sql: string, params: SqlParams): unknown {
  const handle = new DatabaseSync(':memory:', { returnArrays: true })
  const bindings = fitBindings(sql, params)
  if (!bindings.ok) return bindings
  return iterateBound(handle.prepare(sql), bindings.value).next().value
}

describe('fitBindings', () => {
  it('gives each placeholder its value', () => {
    expect(run('select ?, ?2, ?', ['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
    expect(run('select :a, :b, :a', { a: 'x', b: 'y' })).toEqual(['x', 'y', 'x'])
  })

  it('tells :a and @a apart from each other no more than SQLite does by name', () => {
    expect(run('select :a, @a, $a', { a: 'x' })).toEqual(['x', 'x', 'x'])
  })

  it('leaves out names that the statement does not use', () => {
    expect(run('select :a', { a: 'x', _shape: 'array' })).toEqual(['x'])
  })

  it('fails for a name without a value instead of reading NULL', () => {
    expect(run('select :a, :b', { a: 'x' })).toEqual(
      fail('You did not supply a value for binding parameter :b.'),
    )
  })

  it('does not take what every object has for a value', () => {
    expect(run('select :constructor', {})).toEqual(
      fail('You did not supply a value for binding parameter :constructor.'),
    )
  })

  it('fails when the number of values is not the number of placeholders', () => {
    const wrong = (uses: number, given: number) =>
      fail(
        `Incorrect number of bindings supplied. The current statement uses ${uses}, and there are ${given} supplied.`,
      )
    expect(run('select ?, ?', ['a'])).toEqual(wrong(2, 1))
    expect(run('select ?1, ?1', ['a', 'b'])).toEqual(wrong(1, 2))
    expect(run('select 1', ['a'])).toEqual(wrong(0, 1))
  })

  it('fails when a placeholder has no name but the values have', () => {
    expect(run('select ?', { a: 'x' })).toEqual(
      fail('The placeholder ? has no name, but values were given by name.'),
    )
  })
})
