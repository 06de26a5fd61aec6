/** The address of a server that listens there. `basePath` has a slash at both ends. */
export function serverUrl(host: string, port: number, basePath: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${basePath}`
}
