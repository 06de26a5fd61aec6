import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'
import { SqlField } from './sql-field.tsx'

describe('SqlField', () => {
  it('is a labelled text area in a form, marked for the script', async () => {
    const html = await htmlText(
      <SqlField label="SQL" value="select '<b>'" rows={3} columnsPath="/shop/-/query/columns" />,
    )
    expect(html).toContain('<div data-sql-field="/shop/-/query/columns">')
    expect(html).toContain('<label for="field-sql">SQL</label>')
    expect(html).toMatch(/<textarea id="field-sql" name="sql"[^>]*>select &#39;&lt;b&gt;&#39;<\/textarea>/)
  })
})
