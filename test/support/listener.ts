import { z } from 'zod'
import { definePlugin, type TrackedEvent } from '../../src/plugin.ts'
import type { Plugin } from '../../src/plugins/define-plugin.ts'

/** Makes a plugin that keeps every event that plugins are told of, in `heard`. */
export function createListener(): { readonly plugin: Plugin; readonly heard: TrackedEvent[] } {
  const heard: TrackedEvent[] = []
  const plugin = definePlugin({
    name: 'listener',
    config: z.strictObject({}),
    actions: [],
    migrations: {},
    activate: () => ({
      routes: [],
      hooks: {
        trackEvent: async (event) => {
          heard.push(event)
        },
      },
    }),
  })
  return { plugin, heard }
}
