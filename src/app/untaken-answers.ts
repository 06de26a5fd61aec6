import type { Server, Socket } from 'node:net'

/** How many bytes of answers may lie here untaken, over all connections together. */
export type UntakenLimits = {
  readonly maxBytes: number
  /** How often they are counted, in milliseconds. */
  readonly checkEveryMs: number
}

/**
 * Closes connections when the answers that their clients have not taken are too many bytes together, those with the most
 * first. A client that asks for large answers and reads none of them would otherwise fill the memory long before the
 * silence of its connections is noticed.
 */
export function limitUntaken(server: Server, { maxBytes, checkEveryMs }: UntakenLimits): void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const timer = setInterval(() => closeLargest(sockets, maxBytes), checkEveryMs)
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

function closeLargest(sockets: ReadonlySet<Socket>, maxBytes: number): void {
  const bySize = [...sockets].toSorted((a, b) => b.writableLength - a.writableLength)
  let untaken = bySize.reduce((sum, socket) => sum + socket.writableLength, 0)
  for (const socket of bySize) {
    if (untaken <= maxBytes) return
    untaken -= socket.writableLength
    socket.destroy()
  }
}
