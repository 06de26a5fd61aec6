const DAY = 86_400

const UNITS = [
  { seconds: DAY, one: 'day', many: 'days' },
  { seconds: 3600, one: 'hour', many: 'hours' },
  { seconds: 60, one: 'minute', many: 'minutes' },
] as const

/** Writes a length of time in the largest unit that leaves no rest: 900 is `15 minutes`, and one day is `24 hours`. */
export function formatDuration(seconds: number): string {
  const unit = UNITS.find((one) => seconds % one.seconds === 0 && (one.seconds < DAY || seconds > DAY))
  if (unit === undefined) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  const count = seconds / unit.seconds
  return `${count} ${count === 1 ? unit.one : unit.many}`
}
