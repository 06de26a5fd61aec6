/**
 * The recorded scenarios that this version does not answer completely, each with the piece of the product that
 * is missing. The list only shrinks: a scenario that passes completely must be taken off it, or its test fails.
 */
export const notYetBuilt: Readonly<Record<string, string>> = {
  'csv-library': 'Datasette breaks off a table with bytes, which is not copied; all else passes',
}
