const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'part of its path is no directory'],
  ['EACCES', 'you may not'],
  ['EPERM', 'you may not'],
  ['EROFS', 'the disk cannot be written'],
  ['ENOSPC', 'the disk is full'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is too large to be read whole'],
])

/** The system's code for what is wrong with a file, in words. */
export function fileProblem(code: unknown): string {
  return WORDS.get(String(code)) ?? String(code)
}
