/** How the values of rows are written, where somebody wants them in another way than the usual one (host.md §9.3). */
export type RowStyle = {
  /** Columns whose texts stand as the JSON that they hold. A text that is not JSON stays a text. */
  readonly jsonColumns: readonly string[]
  /** Whether infinities are written as `Infinity`, which JSON does not have, and not as null. */
  readonly infinity: boolean
}
