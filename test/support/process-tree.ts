import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What Linux tells in `/proc` about a server and the processes that it started. */

const TICKS_PER_SECOND = 100

/** The process and all its descendants; one that has just ended is left out. */
export function processTree(pid: number): readonly number[] {
  const children = (unlessGone(() => readdirSync(`/proc/${pid}/task`)) ?? []).flatMap((task) => {
    const text = unlessGone(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')) ?? ''
    return text.split(' ').filter((id) => id !== '')
  })
  return [pid, ...children.flatMap((id) => processTree(Number(id)))]
}

/** Resident memory of a process and its descendants in MiB. Pages that they share count once for each. */
export function residentMb(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + residentKb(id), 0) / 1024
}

/** The memory of a process and its descendants in MiB, in which a page that several share counts once. */
export function proportionalMb(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + proportionalKb(id), 0) / 1024
}

/** Processor time that a process and its descendants have used, in seconds. */
export function processorSeconds(pid: number): number {
  return processTree(pid).reduce((sum, id) => sum + processorTicks(id), 0) / TICKS_PER_SECOND
}

/** The files that the SQL processes of a server have open for writing, by path; also those without a name any more. */
export function filesWrittenBySql(pid: number): readonly string[] {
  return processTree(pid)
    .filter((id) => isSqlProcess(id))
    .flatMap((id) => unlessGone(() => writableFiles(id)) ?? [])
}

function proportionalKb(pid: number): number {
  const rollup = unlessGone(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? ''
  return Number(/^Pss:\s+(?<kb>\d+)/mu.exec(rollup)?.groups?.['kb'] ?? 0)
}

// After the name in brackets, which can hold anything, user and system time are the 12th and 13th field (proc_pid_stat(5)).
function processorTicks(pid: number): number {
  const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

function residentKb(pid: number): number {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? ''
  return Number(/^VmRSS:\s+(?<kb>\d+)/mu.exec(status)?.groups?.['kb'] ?? 0)
}

// Between its birth and its first instruction a child still has the command line and the files of the server.
function isSqlProcess(pid: number): boolean {
  return /\/process\.[jt]s\0/u.test(unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '')
}

function writableFiles(pid: number): readonly string[] {
  return (
    readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => isWritable(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')))
      .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
      // A process that starts tells the system that it may go first when memory is short.
      .filter((path) => !path.endsWith('/oom_score_adj'))
      .filter((target) => target.startsWith('/') && !target.startsWith('/dev/'))
  )
}

// The last octal digit of the flags is the way in which a file is open: 0 is for reading.
function isWritable(fdInfo: string): boolean {
  return !/^flags:\s+\d*[04]$/mu.test(fdInfo)
}

/** Null when the process ended meanwhile. */
function unlessGone<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
