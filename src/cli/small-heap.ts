import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from taking memory that it does not need, for the life of the process (decisions/0038). The space for young objects stays at the
 * size it begins with: V8 doubles it under load and does not give it back. The rest is collected when it has grown by four fifths
 * and not when it is several times as large. To be called before the program is loaded, which fills both.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=80')
}
