/** The modules that only some pages use, by the attribute of the page's script element that says where each is. */
type Modules = {
  readonly sqlEditor: typeof import('./sql-editor.ts')
  readonly formatSql: typeof import('./format-sql.ts')
  readonly chart: typeof import('./chart.ts')
}

/** Loads a module, once. Rejects when it cannot be had. */
export async function loadModule<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  const address = document.querySelector<HTMLElement>('script[data-sql-editor]')?.dataset[name]
  if (address === undefined) throw new Error(`the page does not say where ${name} is`)
  return import(address)
}
