import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFaults } from '../support/axe.ts'
import { startBrowsing } from '../support/browsing.ts'
import { takeScreenshots } from '../support/screenshots.ts'
import { makeSite, type ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
let close: () => Promise<void>
/** Without scripts. */
let plain: Page
/** With scripts. */
let page: Page

beforeAll(async () => {
  const site = makeSite(
    'shop',
    `create table items (id integer primary key, name text, "size" numeric default (1 + 1));
     insert into items (name) values ('bolt'), ('nut');
     create table parts (id integer primary key, item integer references items(id));
     create view names as select name from items;`,
    { databases: { shop: { queries: { all: { sql: 'select * from items', title: 'All items' } } } } },
  )
  ;({ server, browser, close } = await startBrowsing(site, '--root'))
  page = await browser.newPage()
  await page.goto(server.rootLink ?? '')
  const context = await browser.newContext({ javaScriptEnabled: false })
  await context.addCookies(await page.context().cookies())
  plain = await context.newPage()
})
afterAll(() => close())

/** Looks at a page with scripts as axe does, at the width of a phone too, and leaves it at that of a desktop. */
async function looked(name: string): Promise<void> {
  expect(await seriousFaults(page)).toEqual([])
  await takeScreenshots(page, name)
  await page.setViewportSize({ width: 360, height: 800 })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  expect(await seriousFaults(page)).toEqual([])
  await page.setViewportSize({ width: 1280, height: 800 })
}

const column = (on: Page, name: string) => on.getByRole('group', { name, exact: true })

describe('somebody who creates a table', () => {
  it('adds columns, sees the SQL, goes back once and makes it', async () => {
    await page.goto(`${server.url}/shop`)
    await page.getByRole('link', { name: 'Create table' }).click()
    await page.getByLabel('Name of the table').fill('orders')
    await column(page, 'Column 2').getByLabel('Name').fill('item')
    await column(page, 'Column 2').getByText('Default and foreign key').click()
    await column(page, 'Column 2').getByLabel('Refers to the table').fill('nowhere')
    await page.getByRole('button', { name: 'Add another column' }).click()
    expect(await page.evaluate('document.activeElement.name')).toBe('column.2.name')
    await page.keyboard.type('made')
    await page.getByRole('button', { name: 'Add another column' }).click()
    await looked('create-table')

    await page.getByRole('button', { name: 'Show what will be made' }).click()
    await page.getByRole('alert').getByText('There is no table called nowhere').waitFor()
    expect(await column(page, 'Column 3').getByLabel('Name').inputValue()).toBe('made')
    await looked('create-table-error')
    await column(page, 'Column 2').getByLabel('Refers to the table').fill('items')
    await column(page, 'Column 2').getByLabel('Type').selectOption('Whole numbers')
    await page.getByRole('button', { name: 'Show what will be made' }).click()
    await page.getByText('"item" INTEGER REFERENCES "items"("id")').waitFor()
    await looked('create-table-preview')

    expect(await page.getByRole('link', { name: 'Cancel' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Change something' }).click()
    await column(page, 'Column 3').getByText('Default and foreign key').click()
    await column(page, 'Column 3').getByLabel('When no value is given').selectOption('Date and time (UTC)')
    await page.getByRole('button', { name: 'Show what will be made' }).click()
    await page.getByText('DEFAULT CURRENT_TIMESTAMP').waitFor()
    await page.getByRole('button', { name: 'Create the table' }).click()
    await page.waitForURL(`${server.url}/shop/orders`)
    await page.getByText('Created the table orders').waitFor()
    await looked('created-table')
  })

  it('does it without scripts, by keyboard, and loses nothing by another column', async () => {
    await plain.goto(`${server.url}/shop/-/create-table`)
    await plain.getByLabel('Name of the table').fill('plain')
    await column(plain, 'Column 2').getByLabel('Name').fill('a')
    await column(plain, 'Column 2').getByLabel('Must have a value').check()
    await plain.getByRole('button', { name: 'Add another column' }).click()
    expect(await column(plain, 'Column 2').getByLabel('Name').inputValue()).toBe('a')
    expect(await column(plain, 'Column 2').getByLabel('Must have a value').isChecked()).toBe(true)
    await column(plain, 'Column 3').getByLabel('Name').fill('b')
    // Enter in a field goes on to the preview; it adds no column.
    await plain.keyboard.press('Enter')
    await plain.getByText('"a" TEXT NOT NULL').waitFor()
    await plain.getByRole('button', { name: 'Create the table' }).click()
    await plain.getByText('Created the table plain').waitFor()
  })

  it('pastes rows and sees what becomes of them', async () => {
    await plain.goto(`${server.url}/shop/-/create-table`)
    await plain.getByRole('link', { name: 'From rows' }).click()
    await plain.getByLabel('Name of the table').fill('birds')
    await plain.getByLabel('Rows', { exact: true }).fill('id,name,weight\n1,Kākāpō,2.2\n2,"Kea, \nbig",1')
    await plain.getByLabel('Primary key').fill('id')
    await plain.getByRole('button', { name: 'Show what will be made' }).click()
    await plain.getByText('"weight" REAL').waitFor()
    expect(await plain.innerText('main')).toContain('2 rows will be written')
    await plain.getByRole('button', { name: 'Create the table' }).click()
    await plain.getByText('Created the table birds').waitFor()
    expect(await plain.innerText('main')).toContain('Kākāpō')

    await page.goto(`${server.url}/shop/-/create-table?from=rows`)
    await looked('create-table-rows')
    await page.getByLabel('Name of the table').fill('fish')
    await page.getByLabel('Rows', { exact: true }).fill('[{"name": "Eel"}, {"name": "Cod", "size": 3}]')
    await page.getByRole('button', { name: 'Show what will be made' }).click()
    await page.getByText('"size" INTEGER').waitFor()
    await looked('create-table-rows-preview')
  })
})

describe('somebody who alters a table', () => {
  it('sees what will happen before it does, and that values are lost', async () => {
    await page.goto(`${server.url}/shop/items`)
    await page.getByRole('link', { name: 'Alter table' }).click()
    await looked('alter-table')
    // As wide as the longest choice needs.
    const isCut = `[...document.querySelectorAll('select[name$=".type"]')].filter((select) => select.offsetWidth > 0).map((select) => {
      const copy = select.cloneNode(true)
      copy.style.width = 'max-content'
      select.after(copy)
      const isNarrow = select.offsetWidth < copy.offsetWidth
      copy.remove()
      return isNarrow
    })`
    expect(new Set(await page.evaluate<readonly boolean[]>(isCut))).toEqual(new Set([false]))
    await column(page, 'name').getByLabel('Name').fill('label')
    await column(page, 'size').getByLabel('Delete this column').check()
    await page.getByRole('button', { name: 'Add another column' }).click()
    await page.keyboard.type('colour')
    await page.getByRole('button', { name: 'Show what will happen' }).click()
    await page.getByText('Values can be lost').waitFor()
    await looked('alter-table-preview')
    expect(await page.getByRole('link', { name: 'Cancel' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Change something' }).click()
    expect(await column(page, 'name').getByLabel('Name').inputValue()).toBe('label')
    await column(page, 'name').getByLabel('Name').fill('name')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Alter the table' }).click()
    await page.waitForURL(`${server.url}/shop/items`)
    await page.getByText('Altered the table items').waitFor()
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('colour')]),
    )
  })

  it('does it without scripts', async () => {
    await plain.goto(`${server.url}/shop/plain/-/alter-table`)
    await plain.getByLabel('Name of the table').fill('simple')
    await plain.getByRole('button', { name: 'Add another column' }).click()
    await column(plain, 'Column 4').getByLabel('Name').fill('c')
    await plain.getByRole('button', { name: 'Show what will happen' }).click()
    expect(await plain.innerText('main')).toContain('Rename the table to simple.')
    expect(await plain.innerText('main')).not.toContain('Values can be lost')
    await plain.getByRole('button', { name: 'Alter the table' }).click()
    await plain.waitForURL(`${server.url}/shop/simple`)
    await plain.getByText('Altered the table simple').waitFor()
  })
})

describe('somebody who drops a table', () => {
  it('is told what needs it, and writes its name', async () => {
    await page.goto(`${server.url}/shop/items`)
    await page.getByRole('link', { name: 'Drop table' }).click()
    for (const name of ['parts', 'names', 'All items']) {
      await page.getByRole('main').getByRole('link', { name }).waitFor()
    }
    await looked('drop-table')
    await page.getByLabel('Write the name of the table').fill('item')
    await page.getByRole('button', { name: 'Drop table' }).click()
    await page.getByText('This is not the name of the table').waitFor()
    await looked('drop-table-error')
    await page.getByRole('link', { name: 'Keep it' }).click()
    await page.waitForURL(`${server.url}/shop/items`)
  })

  it('does it without scripts, by keyboard', async () => {
    await plain.goto(`${server.url}/shop/simple/-/drop-table`)
    await plain.getByLabel('Write the name of the table').fill('simple')
    await plain.keyboard.press('Enter')
    await plain.waitForURL(`${server.url}/shop`)
    await plain.getByText('Dropped the table simple').waitFor()
    await plain.goto(`${server.url}/shop/simple`)
    expect(await plain.innerText('h1')).not.toBe('simple')
  })
})

describe('somebody who says what columns hold', () => {
  it('finds the page by the menu of a column, and sets types without scripts too', async () => {
    await page.goto(`${server.url}/shop/items`)
    await page.getByRole('button', { name: 'name' }).click()
    await page.getByRole('link', { name: 'Set custom type' }).click()
    await looked('column-types')
    await page.getByLabel('name', { exact: true }).selectOption('Email address')
    await page.getByRole('button', { name: 'Set the types' }).click()
    await page.getByText('Set the types of name').waitFor()

    await plain.goto(`${server.url}/shop/items/-/column-types`)
    expect(await plain.getByLabel('name', { exact: true }).inputValue()).toBe('email')
    await plain.getByLabel('name', { exact: true }).selectOption('Any text')
    await plain.getByRole('button', { name: 'Set the types' }).click()
    await plain.getByText('Set the types of name').waitFor()
  })
})

describe('somebody who explores the API', () => {
  it('goes from the server to a table, and sends an example', async () => {
    await page.goto(`${server.url}/-/api`)
    await page.getByRole('link', { name: 'shop', exact: true }).click()
    await page.getByRole('link', { name: 'items', exact: true }).click()
    await page.getByRole('link', { name: 'Insert a row', exact: true }).click()
    await looked('api-explorer')
    await page.getByLabel('JSON to send').fill('{"row": {"name": "screw"}}')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('201 Created').waitFor()
    expect(await page.getByRole('group', { name: 'The answer' }).innerText()).toContain('"name": "screw"')
    await looked('api-explorer-answer')
  })

  it('sends nothing to another server', async () => {
    let asked = 0
    await page.route('https://evil.example/**', (route) => {
      asked += 1
      return route.abort()
    })
    await page.getByLabel('Path').fill('https://evil.example/')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('The path must lead to this server.').waitFor()
    expect(asked).toBe(0)
  })

  it('has links and commands without scripts', async () => {
    await plain.goto(`${server.url}/-/api?database=shop&table=items&endpoint=insert`)
    expect(await plain.getByRole('button', { name: 'Send' }).count()).toBe(0)
    expect(await plain.innerText('main')).toContain('curl -X POST')
    await plain.getByRole('link', { name: '/shop/items.json' }).click()
    expect(await plain.innerText('body')).toContain('"rows"')
  })
})
