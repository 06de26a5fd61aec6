/** A measured figure beside what it has to be. */
export type Figure = {
  readonly what: string
  /** As it is printed, with its unit. */
  readonly measured: string
  readonly target: string
  readonly isMet: boolean
  /** What helps to understand it. */
  readonly note?: string
}

/** `value` as a share of `of`, which has to be at least `least`: the medians of shares of the same round. */
export function shareFigure(
  what: string,
  values: readonly number[],
  of: readonly number[],
  least: number,
): Figure {
  const shares = values.map((value, round) => value / (of[round] ?? Number.NaN))
  const share = median(shares)
  return {
    what,
    measured: `${share.toFixed(2)} (${Math.min(...shares).toFixed(2)} – ${Math.max(...shares).toFixed(2)})`,
    target: `≥ ${least.toFixed(2)}`,
    isMet: share >= least,
  }
}

/** A figure that has to stay below a bound. */
export function boundFigure(what: string, value: number, unit: string, below: number): Figure {
  const digits = value < 10 ? 2 : 0
  return {
    what,
    measured: `${value.toFixed(digits)} ${unit}`,
    target: `< ${below} ${unit}`,
    isMet: value < below,
  }
}

/** Prints figures as a Markdown table. The program ends with 1 when a target is missed. */
export function report(figures: readonly Figure[]): void {
  console.log('| | measured | target | | |\n| --- | --- | --- | --- | --- |')
  for (const { what, measured, target, isMet, note = '' } of figures) {
    console.log(`| ${what} | ${measured} | ${target} | ${isMet ? 'met' : '**missed**'} | ${note} |`)
    if (!isMet) process.exitCode = 1
  }
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
