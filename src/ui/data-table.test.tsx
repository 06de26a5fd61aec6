import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { DataTable, type DataColumn } from './data-table.tsx'

const columns: readonly DataColumn[] = [
  { label: 'id', kind: 'key', sort: { path: '?_sort_desc=id', direction: 'ascending' } },
  { label: 'name', kind: 'text', sort: { path: '?_sort=name', direction: null } },
  { label: 'total', kind: 'number', sort: null },
]

const html = await htmlText(
  <DataTable
    label="orders"
    columns={columns}
    rows={[
      [1, <a href="/shop/customers/7">Ann</a>, '12.50'],
      [2, '<script>', null],
    ]}
  />,
)

describe('DataTable', () => {
  it('is a named region that the keyboard can scroll', () => {
    expect(html).toMatch(/^<div class="table-scroll" role="region" aria-label="orders" tabindex="0">/)
  })

  it('says by which column it is sorted, and links where it can be', () => {
    expect(html).toContain(
      '<th scope="col" class="cell-key" aria-sort="ascending" data-name="id"><a href="?_sort_desc=id">id<span aria-hidden="true"> ▲</span></a></th>',
    )
    expect(html).toContain(
      '<th scope="col" class="cell-text" data-name="name"><a href="?_sort=name">name</a></th>',
    )
    expect(html).toContain('<th scope="col" class="cell-number" data-name="total">total</th>')
  })

  it('heads each row with its key', () => {
    expect(html).toContain('<tr><th scope="row" class="cell-key">1</th>')
  })

  it('takes rendered cells, and escapes text', () => {
    expect(html).toContain('<td class="cell-text"><a href="/shop/customers/7">Ann</a></td>')
    expect(html).toContain('<td class="cell-text">&lt;script&gt;</td>')
  })

  it('leaves a cell without a value empty', () => {
    expect(html).toContain('<td class="cell-number"></td></tr></tbody>')
  })
})
