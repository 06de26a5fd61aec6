import type { JSX } from 'hono/jsx/jsx-runtime'
import { Tag } from '../../ui/tag.tsx'

export type ItemLinkProps = {
  readonly label: string
  readonly path: string
  readonly isPrivate: boolean
  /** What sort of thing it is, where that is not plain. */
  readonly sort: string | null
}

/** A table, view or stored query as a link. */
export function ItemLink({ label, path, isPrivate, sort }: ItemLinkProps): JSX.Element {
  return (
    <>
      <a href={path}>
        <bdi>{label}</bdi>
      </a>{' '}
      {sort !== null && <Tag kind="neutral">{sort}</Tag>} {isPrivate && <Tag kind="neutral">private</Tag>}
    </>
  )
}
