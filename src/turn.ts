let end: Promise<void> | null = null

/**
 * Settles when this turn of the event loop ends: when everything that had arrived has been worked on as far as it goes without waiting. All
 * who ask in one turn go on one after the other, in the order in which they asked.
 */
export function turnEnd(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = null
      resolve()
    })
  })
  return end
}
