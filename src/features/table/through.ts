import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import { parseExactJson } from '../../http/exact-json.ts'
import { HttpError } from '../../http/http-error.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import type { Condition } from './condition.ts'
import { maySeeTable } from '../visible-tables.ts'

const throughSchema = z.object({
  table: z.string(),
  column: z.string(),
  value: z.union([z.string(), z.bigint(), z.number(), z.null()]),
})

/**
 * `?_through={"table", "column", "value"}`: rows to which another table refers in a row with this value (host.md
 * §9.3). The other table is looked at only for those who may see it; for others it has no foreign key.
 */
export function throughConditions(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  query: URLSearchParams,
  database: Database,
  table: Table,
): readonly Condition[] {
  return query.getAll('_through').map((text) => {
    const through = requireThrough(text)
    const mayView = maySeeTable(permissions, actor, database, through.table)
    const other = mayView ? database.schema().table(through.table) : null
    const key = other?.foreignKeys.outgoing.find(({ otherTable }) => otherTable === table.name)
    if (other === null || key === undefined) {
      throw new HttpError(400, 'Invalid _through - could not find corresponding foreign key')
    }
    const name = readableIdentifier
    const referring = `select ${name(key.column)} from ${name(other.name)}`
    return {
      sql: (bind) =>
        `${name(key.otherColumn)} in (${referring} where ${name(through.column)} = ${bind(through.value)})`,
      words: `${other.name}.${through.column} = "${String(through.value)}"`,
    }
  })
}

function requireThrough(text: string): z.infer<typeof throughSchema> {
  const json = parseExactJson(text)
  const parsed = throughSchema.safeParse(json.ok ? json.value : null)
  if (!parsed.success) {
    throw new HttpError(400, 'Invalid _through - it must be {"table": …, "column": …, "value": …} as JSON')
  }
  return parsed.data
}
