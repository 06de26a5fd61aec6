import type { Operation } from '../../../database/operation.ts'

/** What an operation does, in words that follow "This will" ("delete rows from cats"). */
export function operationWords({ operation, target, table, source, kind }: Operation): string {
  const name = table ?? ''
  const by =
    source === null
      ? ''
      : kind === null || operation === 'read'
        ? `, for ${source}`
        : `, by the trigger ${source}`
  switch (`${operation} ${target}`) {
    case 'read table':
      return `read ${name}${by}`
    case 'read unknown':
      return 'take JSON apart'
    case 'insert table':
      return `add rows to ${name}${by}`
    case 'update table':
      return `change rows of ${name}${by}`
    case 'delete table':
      return `delete rows from ${name}${by}`
    case 'create table':
      return `make the table ${name}`
    case 'create view':
      return `make the view ${name}`
    case 'create index':
      return `make an index on ${name}`
    case 'drop table':
      return `delete the table ${name} with all its rows`
    case 'drop view':
      return `delete the view ${name}`
    case 'drop index':
      return `delete an index of ${name}`
    case 'alter table':
      return `change the columns or the name of ${name}`
    case 'unknown table':
      return `read or change ${name}`
    default:
      return `do something that SQL from people may not do here (${operation === target ? operation : `${operation} ${target}`})`
  }
}
