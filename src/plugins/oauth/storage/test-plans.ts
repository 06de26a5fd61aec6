import { CompiledQuery, type Kysely, type RootOperationNode } from 'kysely'
import type { OAuthTables } from './tables.ts'

/** For tests: how SQLite finds what is asked for, the steps of each statement that runs meanwhile. A part of a statement that is put into another stands alone as well. */
export async function stepsOf(
  db: Kysely<OAuthTables>,
  ask: (watched: Kysely<OAuthTables>) => Promise<unknown>,
): Promise<readonly string[]> {
  const nodes: RootOperationNode[] = []
  const watched = db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await ask(watched)
  const plans = await Promise.all(
    nodes.map(async (node) => {
      const { parameters, sql } = db.getExecutor().compileQuery(node, { queryId: 'plan' })
      return db.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      )
    }),
  )
  return plans.flatMap(({ rows }) => rows.map(({ detail }) => detail))
}
