import { describe, expect, it } from 'vitest'
import { findTableRoles } from './hidden-tables.ts'

const listed = (name: string, sql = `CREATE TABLE "${name}" (id INTEGER)`) => ({ name, sql })

describe('findTableRoles', () => {
  it('hides the tables that full-text search keeps for itself', () => {
    const roles = findTableRoles([
      listed('books'),
      listed('found', 'CREATE VIRTUAL TABLE "found" using FTS5(title)'),
      ...['found_data', 'found_idx', 'found_content', 'found_docsize', 'found_config'].map((name) =>
        listed(name),
      ),
      listed('found_notes'),
    ])
    expect(roles.isHidden('found_data') && roles.isHidden('found_config')).toBe(true)
    expect(roles.isHidden('books') || roles.isHidden('found') || roles.isHidden('found_notes')).toBe(false)
  })

  it('hides a full-text table that indexes another, but not one with text of its own', () => {
    const roles = findTableRoles([
      listed('index', 'CREATE VIRTUAL TABLE "index" USING FTS4 (title, content="books")'),
      listed('log', 'CREATE VIRTUAL TABLE log USING fts5(entry)'),
      listed('bare', "CREATE VIRTUAL TABLE bare USING fts5(entry, content='')"),
    ])
    expect(['index', 'log', 'bare'].map((name) => roles.isHidden(name))).toEqual([true, false, true])
  })

  it('reads an argument of spaces once, and not again from each of them', () => {
    const sql = `CREATE VIRTUAL TABLE log USING fts4(entry (1)${' '.repeat(300_000)}x)`
    expect(findTableRoles([listed('log', sql)]).isHidden('log')).toBe(false)
  })

  it('hides what belongs to an R-tree, statistics, and names with an underscore in front', () => {
    const roles = findTableRoles([listed('area', 'CREATE VIRTUAL TABLE area USING rtree(id, x0, x1)')])
    for (const name of [
      'area_node',
      'area_parent',
      'area_rowid',
      'sqlite_stat1',
      'sqlite_stat4',
      '_private',
    ]) {
      expect(roles.isHidden(name), name).toBe(true)
    }
    expect(
      roles.isHidden('area') || roles.isHidden('sqlite_sequence') || roles.isHidden('sqlite_stats'),
    ).toBe(false)
  })

  it('hides the internals of SpatiaLite only where SpatiaLite is', () => {
    const plain = findTableRoles([listed('idx_places')])
    expect(plain.isHidden('idx_places') || plain.isHidden('spatial_ref_sys')).toBe(false)
    const spatial = findTableRoles([listed('geometry_columns'), listed('idx_places')])
    expect(
      ['geometry_columns', 'idx_places', 'SpatialIndex', 'sqlite_sequence'].map((name) =>
        spatial.isHidden(name),
      ),
    ).toEqual(Array(4).fill(true))
  })

  it('is not misled by names that contain the words', () => {
    const roles = findTableRoles([
      listed('plain', 'CREATE TABLE plain (note TEXT DEFAULT \'VIRTUAL TABLE USING fts5(content="books")\')'),
      listed('x using fts5', 'CREATE VIRTUAL TABLE "x using fts5" USING rtree(id, a, b)'),
    ])
    expect(roles.ftsTableOf('books')).toBeNull()
    expect(roles.ftsTableOf('x using fts5')).toBeNull()
    expect(roles.isHidden('x using fts5_node')).toBe(true)
  })

  it.each([
    ['double quotes', 'content="two ""words"""', 'two "words"', true],
    ['brackets', 'content=[two words]', 'two words', true],
    ['another case', 'CONTENT="Books"', 'books', true],
    ['single quotes', "content='books'", 'books', false],
    ['no quotes', 'content=books', 'books', false],
  ])('with %s around the indexed table: found is %4$s', (_name, option, table, isFound) => {
    const roles = findTableRoles([listed('fts', `CREATE VIRTUAL TABLE fts USING fts5(a, ${option})`)])
    expect(roles.ftsTableOf(table)).toBe(isFound ? 'fts' : null)
  })

  it('reads a long statement with brackets that nothing closes in one go', () => {
    const sql = `CREATE VIRTUAL TABLE fts USING fts5(a, tokenize='${'content=['.repeat(200_000)}')`
    expect(findTableRoles([listed('fts', sql)]).isHidden('fts')).toBe(true)
  })

  it('finds a full-text table for itself', () => {
    expect(findTableRoles([listed('log', 'CREATE VIRTUAL TABLE log USING fts3(a)')]).ftsTableOf('log')).toBe(
      'log',
    )
  })
})
