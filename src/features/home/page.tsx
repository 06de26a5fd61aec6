import type { JSX } from 'hono/jsx/jsx-runtime'
import type { JsonObject } from '../../http/json.ts'
import type { Urls } from '../../http/urls.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Tag } from '../../ui/tag.tsx'
import { databasePath, tablePath } from '../links.ts'
import { MetadataText, metadataTitle } from '../metadata-text.tsx'
import type { Overview, Overviews } from './overview.ts'

export type HomePageProps = {
  readonly overviews: Overviews
  readonly metadata: JsonObject
  readonly urls: Urls
}

/** The databases of this server, each with a line on what is in it. */
export function HomePage({ overviews, metadata, urls }: HomePageProps): JSX.Element {
  const { known, unknown } = overviews
  return (
    <>
      <h1>{metadataTitle(metadata) ?? 'Databases'}</h1>
      <MetadataText metadata={metadata} />
      {known.length + unknown.length === 0 ? (
        <EmptyState title="No databases to see here">
          <p>There may be some for people who are signed in.</p>
        </EmptyState>
      ) : (
        <ul class="item-list">
          {known.map((overview) => (
            <li>
              <DatabaseItem overview={overview} urls={urls} />
            </li>
          ))}
        </ul>
      )}
      {unknown.map(({ name, reason }) => (
        <p class="explain">
          <bdi>{name}</bdi>{' '}
          {reason === 'busy'
            ? 'is being written to just now. Come back in a moment to see what is in it.'
            : 'cannot be read just now.'}
        </p>
      ))}
    </>
  )
}

function DatabaseItem({ overview, urls }: { readonly overview: Overview; readonly urls: Urls }): JSX.Element {
  const { database } = overview
  const path = urls.path(databasePath(database.name))
  return (
    <>
      <h2>
        <a href={path}>
          <bdi>{database.name}</bdi>
        </a>{' '}
        {overview.isPrivate && <Tag kind="neutral">private</Tag>}
      </h2>
      <p class="explain">{contents(overview)}</p>
      <p>
        {overview.named.map((item, place) => {
          const name = item.kind === 'table' ? item.table.name : item.name
          return (
            <>
              {place > 0 && ', '}
              <a href={urls.path(tablePath(database.name, name))}>
                <bdi>{name}</bdi>
              </a>
              {item.isPrivate && ' (private)'}
            </>
          )
        })}
        {overview.hasMore && (
          <>
            {', '}
            <a href={path} aria-label={`everything in ${database.name}`}>
              …
            </a>
          </>
        )}
      </p>
    </>
  )
}

/** `204 rows in 6 tables, 250 rows in 6 hidden tables, 2 views`, without what there is none of. */
function contents({ tableCount, hiddenCount, viewCount, rows }: Overview): string {
  if (tableCount + hiddenCount + viewCount === 0) return 'Nothing is in it yet'
  const more = rows?.areMore === true ? 'more than ' : ''
  const rowsIn = (count: number | undefined) =>
    count === undefined ? '' : `${more}${amount(count, 'row')} in `
  const parts = [
    `${rowsIn(rows?.tables)}${amount(tableCount, 'table')}`,
    ...(hiddenCount === 0 ? [] : [`${rowsIn(rows?.hidden)}${amount(hiddenCount, 'hidden table')}`]),
    ...(viewCount === 0 ? [] : [amount(viewCount, 'view')]),
  ]
  return parts.join(', ')
}

function amount(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
