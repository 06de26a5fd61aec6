import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's space for young objects at the size it begins with, for the life of the process. V8 doubles it under load and
 * does not give it back: 100 MB and more for a server (decisions/0037). To be called before the program is loaded, which fills it.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
