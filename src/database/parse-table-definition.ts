import { foldName } from './fold-name.ts'
import { sqlTokens } from './sql-text.ts'
import type { ColumnClause, ColumnDefinition, TableConstraint, TableDefinition } from './table-definition.ts'

/** Reads the CREATE TABLE statement of a table as SQLite keeps it; null for one that these parts cannot say. */
export function parseTableDefinition(sql: string): TableDefinition | null {
  try {
    return new Reader(sql).table()
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}

class Unreadable extends Error {}

type Token = { readonly word: string; readonly text: string; readonly start: number; readonly end: number }

/** Words that end the type of a column. */
const CLAUSE_WORDS: ReadonlySet<string> = new Set(
  'constraint primary not null unique check default collate references generated as'.split(' '),
)

/** A number with an optional sign, or bytes. */
const LITERAL = /[+-]?\s*(?:0x[\da-f_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?)|x'[^']*'/iy

const TABLE_CLAUSE_WORDS: ReadonlySet<string> = new Set([
  'constraint',
  'primary',
  'unique',
  'check',
  'foreign',
])

/** Reads the statement from left to right, in the order of SQLite's grammar. */
class Reader {
  readonly #sql: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(sql: string) {
    this.#sql = sql
    this.#tokens = significantTokens(sql)
  }

  table(): TableDefinition {
    this.#expect('create')
    this.#expect('table')
    this.#name()
    this.#expect('(')
    const columns: ColumnDefinition[] = []
    const constraints: TableConstraint[] = []
    do {
      if (TABLE_CLAUSE_WORDS.has(this.#word)) constraints.push(this.#tableConstraint())
      else columns.push(this.#column())
      // A comma between table constraints may be left out.
    } while (this.#take(',') || TABLE_CLAUSE_WORDS.has(this.#word))
    this.#expect(')')
    const options = this.#tokens.slice(this.#next).map(({ text }) => text)
    if (options.some((text) => !/^(?:strict|without|rowid|,)$/i.test(text))) throw new Unreadable()
    return { columns, constraints, options: options.join(' ').toUpperCase().replaceAll(' ,', ',') }
  }

  #column(): ColumnDefinition {
    const name = this.#name()
    const start = this.#next
    while (!this.#endsItem && !CLAUSE_WORDS.has(this.#word)) this.#group()
    const type = this.#textSince(start)
    const clauses: ColumnClause[] = []
    while (!this.#endsItem) clauses.push(this.#columnClause())
    return { name, type, clauses }
  }

  #columnClause(): ColumnClause {
    const start = this.#next
    const named = this.#constraintName()
    const after = this.#next
    const kind = this.#columnClauseKind()
    // SQLite lets a name stand alone, or before something else. What it would belong to then is not ours to guess.
    if (this.#next === after) throw new Unreadable()
    const isPlain = !named && (kind === 'primary key' || kind === 'not null')
    const sql = this.#textSince(start)
    return { kind, sql: isPlain ? sql.replaceAll(/\s+/g, ' ').toUpperCase() : sql }
  }

  #columnClauseKind(): ColumnClause['kind'] {
    switch (this.#word) {
      case 'primary':
        this.#skip()
        this.#expect('key')
        if (!this.#take('asc')) this.#take('desc')
        this.#onConflict()
        this.#take('autoincrement')
        return 'primary key'
      case 'not':
        this.#skip()
        this.#expect('null')
        this.#onConflict()
        return 'not null'
      case 'null':
        this.#skip()
        this.#onConflict()
        return 'null'
      case 'unique':
        this.#skip()
        this.#onConflict()
        return 'unique'
      case 'check':
        this.#skip()
        this.#brackets()
        return 'check'
      case 'default':
        this.#skip()
        this.#value()
        return 'default'
      case 'collate':
        this.#skip()
        this.#name()
        return 'collate'
      case 'references':
        this.#references()
        return 'references'
      case 'generated':
      case 'as':
        if (this.#take('generated')) this.#expect('always')
        this.#expect('as')
        this.#brackets()
        if (!this.#take('stored')) this.#take('virtual')
        return 'generated'
      default:
        throw new Unreadable()
    }
  }

  #tableConstraint(): TableConstraint {
    const start = this.#next
    this.#constraintName()
    const { kind, columns } = this.#tableConstraintKind()
    return { kind, columns, sql: this.#textSince(start) }
  }

  #tableConstraintKind(): Pick<TableConstraint, 'kind' | 'columns'> {
    if (this.#take('check')) {
      this.#brackets()
      this.#onConflict()
      return { kind: 'check', columns: [] }
    }
    if (this.#take('foreign')) {
      this.#expect('key')
      const columns = this.#brackets()
      this.#references()
      return { kind: 'foreign key', columns }
    }
    const kind = this.#take('unique') ? 'unique' : 'primary key'
    if (kind === 'primary key') {
      this.#expect('primary')
      this.#expect('key')
    }
    const columns = this.#brackets()
    this.#onConflict()
    return { kind, columns }
  }

  #references(): void {
    this.#expect('references')
    this.#name()
    if (this.#word === '(') this.#brackets()
    for (;;) {
      if (this.#take('on')) {
        this.#skip()
        if (this.#take('set') || this.#take('no')) this.#skip()
        else this.#skip()
      } else if (this.#take('match')) {
        this.#name()
      } else if (this.#word === 'not' && this.#wordAt(1) === 'deferrable') {
        this.#skip()
      } else if (this.#take('deferrable')) {
        if (this.#take('initially')) this.#skip()
      } else {
        return
      }
    }
  }

  #constraintName(): boolean {
    const isNamed = this.#take('constraint')
    if (isNamed) this.#name()
    return isNamed
  }

  #onConflict(): void {
    if (this.#word !== 'on' || this.#wordAt(1) !== 'conflict') return
    this.#skip()
    this.#skip()
    this.#skip()
  }

  /** Brackets and all in them. Returns the first name of each part where every part begins with one and has no brackets of its own. */
  #brackets(): readonly string[] {
    this.#expect('(')
    const names: string[] = []
    let isPlain = true
    let isFirst = true
    for (let depth = 1; depth > 0; isFirst = this.#wordAt(-1) === ',') {
      const { word, text } = this.#skip()
      if (word === '(') depth += 1
      if (word === ')') depth -= 1
      if (depth > 1) isPlain = false
      if (isFirst && depth === 1) names.push(identifierOf(text))
    }
    return isPlain ? names : []
  }

  /** The value of a default. Numbers and bytes are several tokens. */
  #value(): void {
    LITERAL.lastIndex = this.#tokens[this.#next]?.start ?? this.#sql.length
    if (!LITERAL.test(this.#sql)) return this.#group()
    const end = LITERAL.lastIndex
    while ((this.#tokens[this.#next]?.start ?? end) < end) this.#next += 1
  }

  /** One token, or brackets and all in them. */
  #group(): void {
    if (this.#word === '(') this.#brackets()
    else this.#skip()
  }

  #name(): string {
    const { text } = this.#skip()
    if (!/^[\w"'`[\u0080-\uFFFF]/.test(text)) throw new Unreadable()
    return identifierOf(text)
  }

  #textSince(first: number): string {
    const from = this.#tokens[first]
    const to = this.#tokens[this.#next - 1]
    return this.#next === first || from === undefined || to === undefined
      ? ''
      : this.#sql.slice(from.start, to.end)
  }

  get #word(): string {
    return this.#wordAt(0)
  }

  #wordAt(distance: number): string {
    return this.#tokens[this.#next + distance]?.word ?? ''
  }

  get #endsItem(): boolean {
    return this.#word === ',' || this.#word === ')'
  }

  #skip(): Token {
    const token = this.#tokens[this.#next]
    if (token === undefined) throw new Unreadable()
    this.#next += 1
    return token
  }

  #take(word: string): boolean {
    if (this.#word !== word) return false
    this.#next += 1
    return true
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw new Unreadable()
  }
}

/** The tokens without spaces and comments, a literal with doubled quotes in one piece. `word` is in lower case and empty for what is quoted. */
function significantTokens(sql: string): readonly Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const { kind, text } of sqlTokens(sql)) {
    const start = end
    end += text.length
    if (kind === 'space' || kind === 'comment') continue
    const last = tokens.at(-1)
    const [quote = ''] = text
    if (last?.end === start && `"'\``.includes(quote) && last.text.startsWith(quote)) {
      tokens[tokens.length - 1] = { word: '', text: last.text + text, start: last.start, end }
    } else {
      const isQuoted = kind === 'text' || kind === 'name'
      tokens.push({ word: isQuoted ? '' : foldName(text), text, start, end })
    }
  }
  return tokens
}

/** What an identifier says, whatever quotes it stands in. */
function identifierOf(text: string): string {
  const [quote = ''] = text
  if (quote === '[') return text.slice(1, -1)
  return `"'\``.includes(quote) ? text.slice(1, -1).replaceAll(quote + quote, quote) : text
}
