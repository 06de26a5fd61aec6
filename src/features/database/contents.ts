import type { Listing } from '../listing.ts'
import { holdsWords } from '../words-in-name.ts'

/** Tables and views that the page of a database shows at once. */
const ITEMS_PER_PAGE = 100

/** Something in a database that has a page of its own. */
export type ContentsItem = { readonly kind: 'table' | 'hidden table' | 'view'; readonly name: string }

/** A part of what is in a database: a page costs the same whether there are a hundred tables or ten thousand. */
export type ContentsPage = {
  readonly items: readonly ContentsItem[]
  /** How many items come before this page. */
  readonly offset: number
  readonly total: number
  /** The offset of the next page; null on the last one. */
  readonly next: number | null
}

/** The tables and views whose names hold these words. */
export function listingWith(words: string, { tables, hidden, views }: Listing): Listing {
  const fits = holdsWords(words)
  const isNamed = ({ name }: { readonly name: string }) => fits(name)
  return { tables: tables.filter(isNamed), hidden: hidden.filter(isNamed), views: views.filter(fits) }
}

/** Cuts out the page at `offset`: tables first, then hidden ones when they are asked for, then views, each by name. */
export function contentsPage(listing: Listing, showHidden: boolean, offset: number): ContentsPage {
  const items: readonly ContentsItem[] = [
    ...listing.tables.map(({ name }) => ({ kind: 'table', name }) as const),
    ...(showHidden ? listing.hidden.map(({ name }) => ({ kind: 'hidden table', name }) as const) : []),
    ...listing.views.map((name) => ({ kind: 'view', name }) as const),
  ]
  const end = offset + ITEMS_PER_PAGE
  return {
    items: items.slice(offset, end),
    offset,
    total: items.length,
    next: end < items.length ? end : null,
  }
}
