import { INSTANCE, ROOT_ACTOR_ID, type PluginRule } from '../../plugin.ts'
import { DEVICE_TOKENS } from './actions.ts'
import type { OAuthConfig } from './config.ts'

/** Root holds every action, and a device that root approved would too: unless the configuration allows it, root approves none (host.md §13.1). */
export function rootRule(config: OAuthConfig): readonly PluginRule[] {
  if (config.allow_root_device_tokens) return []
  return [
    {
      action: DEVICE_TOKENS,
      scope: INSTANCE,
      judge: (actor) => (actor?.['id'] === ROOT_ACTOR_ID ? 'deny' : null),
      reason: 'root approves no devices unless allow_root_device_tokens is on',
    },
  ]
}
