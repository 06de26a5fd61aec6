import type { Column, Table } from '../../database/database.ts'
import { COLUMN_TYPES, DEFAULT_EXPRESSIONS } from '../write/tables/column-definition.ts'
import { KEPT, NO_DEFAULT, WRITTEN, type ColumnForm } from './column-form.ts'
import type { DeclaredColumn } from './column-fields.tsx'

/** The columns of a table as its form shows them before anybody changes something. Generated columns are left out: nothing about them can be changed here. */
export function columnForms(table: Table): readonly ColumnForm[] {
  return changeableColumns(table).map((column, place) => {
    const key = table.foreignKeys.outgoing.find((each) => each.column === column.name)
    const kept = declaredColumn(column)
    const { kind, text } = defaultForm(column.defaultSql)
    return {
      was: column.name,
      name: column.name,
      type: kept.type === null ? typeName(column.type) : KEPT,
      notNull: column.notNull,
      isKey: column.pkPosition > 0,
      defaultKind: kind,
      defaultText: text,
      fkTable: key?.otherTable ?? '',
      fkColumn: key?.otherColumn ?? '',
      isDropped: false,
      position: String(place + 1),
    }
  })
}

/** What no choice of the form can say of the columns of a table, by name. */
export function declaredColumns(table: Table): ReadonlyMap<string, DeclaredColumn> {
  return new Map(changeableColumns(table).map((column) => [column.name, declaredColumn(column)]))
}

function changeableColumns({ columns }: Table): readonly Column[] {
  return columns.filter(({ hidden }) => hidden === 0)
}

function declaredColumn({ type, defaultSql }: Column): DeclaredColumn {
  return {
    type: typeName(type) === KEPT ? type : null,
    defaultSql: defaultForm(defaultSql).kind === KEPT ? defaultSql : null,
  }
}

function typeName(declared: string): string {
  const found = [...COLUMN_TYPES].find(([, type]) => type === declared.toUpperCase())
  return found?.[0] ?? KEPT
}

function defaultForm(sql: string | null): { readonly kind: string; readonly text: string } {
  if (sql === null || /^null$/i.test(sql)) return { kind: NO_DEFAULT, text: '' }
  if (/^[+-]?\d+(?:\.\d+)?$/.test(sql)) return { kind: WRITTEN, text: sql }
  if (/^'(?:[^']|'')*'$/.test(sql)) return { kind: WRITTEN, text: sql.slice(1, -1).replaceAll("''", "'") }
  // SQLite tells an expression without the brackets that it was declared in.
  const bare = (text: string) => text.replace(/^\((.*)\)$/s, '$1').toLowerCase()
  const named = [...DEFAULT_EXPRESSIONS].find(([, expression]) => bare(expression) === bare(sql))
  return { kind: named?.[0] ?? KEPT, text: '' }
}
