import { INSTANCE } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import type { JsonValue } from '../../http/json.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { actionsJson } from './actions-json.ts'
import { databasesJson } from './databases-json.ts'
import { FactsPage } from './facts-page.tsx'
import { maskSecrets } from './mask-secrets.ts'
import { versionsJson, type Versions } from './versions.ts'

export type InstanceDeps = FeatureDeps & {
  readonly versions: Versions
  /** The plugins of this server, in order, with the hooks that they use. */
  readonly plugins: readonly PluginFacts[]
}

export type PluginFacts = { readonly name: string; readonly hooks: readonly string[] }

/** A page that describes the instance (host.md §11), and the same as JSON. */
type Facts = {
  readonly path: string
  readonly title: string
  /** What the facts are, in a sentence. */
  readonly about: string
  readonly action: 'view-instance' | 'permissions-debug'
  readonly json: (c: AppContext) => JsonValue
}

/** The pages that describe the instance: versions, plugins, settings, configuration, databases, processes, actions. */
export function instanceRoutes(deps: InstanceDeps): readonly Route[] {
  const all = facts(deps)
  return all.map((one) => ({
    method: 'GET',
    path: `${one.path}{.json}`,
    allow: { who: 'permitted', action: one.action },
    handle: (c, params) => {
      const json = one.json(c)
      if (params['format'] === 'json') return jsonAnswer(c, [JSON.stringify(json)], dataHeaders(c))
      const tabs = all.filter(({ action }) => deps.permissions.allows(c.get('actor'), action, INSTANCE))
      const body = (
        <FactsPage
          title={one.title}
          about={one.about}
          text={JSON.stringify(json, null, 2)}
          jsonPath={deps.urls.path(`${one.path}.json`)}
          tabs={tabs.map(({ path, title }) => ({
            title,
            path: deps.urls.path(path),
            isHere: path === one.path,
          }))}
        />
      )
      const headers = {
        ...dataHeaders(c),
        ...alternateLink(deps.urls.absolute(c.req.raw, `${one.path}.json`)),
      }
      return deps.page(c, { title: one.title, width: 'wide', headers, body })
    },
  }))
}

function facts(deps: InstanceDeps): readonly Facts[] {
  const { permissions, settings, config } = deps
  const anybody = { action: 'view-instance' } as const
  return [
    {
      ...anybody,
      path: '/-/versions',
      title: 'Versions',
      about: 'What this server is made of.',
      json: () => versionsJson(deps.versions),
    },
    {
      ...anybody,
      path: '/-/plugins',
      title: 'Plugins',
      about: 'What extends this server, in the order in which it is asked.',
      json: () =>
        deps.plugins.map(({ name, hooks }) => ({
          name,
          static: false,
          templates: false,
          version: deps.versions.tapedeck,
          hooks,
        })),
    },
    {
      ...anybody,
      path: '/-/settings',
      title: 'Settings',
      about: 'The settings that hold, given or by default.',
      json: () => ({ ok: true, ...settings }),
    },
    {
      ...anybody,
      path: '/-/config',
      title: 'Configuration',
      about:
        'The configuration as it was given, rules and queries too. Values whose names speak of secrets are left out.',
      json: () => ({ ok: true, ...maskSecrets(config.asWritten()) }),
    },
    {
      ...anybody,
      path: '/-/databases',
      title: 'Databases',
      about: 'The databases that you may see, and their files.',
      json: (c) => databasesJson(deps, c.get('actor')),
    },
    {
      path: '/-/threads',
      title: 'Processes',
      about: 'The processes of this server: the server itself, and those that run SQL for it.',
      action: 'permissions-debug',
      json: () => {
        const processes = deps.databases.processes()
        return {
          ok: true,
          num_threads: processes.length,
          threads: processes.map(({ name, pid }) => ({ name, ident: pid, daemon: name !== 'server' })),
          num_tasks: 0,
          tasks: [],
        }
      },
    },
    {
      path: '/-/actions',
      title: 'Actions',
      about: 'What can be allowed or denied, and what it is done to.',
      action: 'permissions-debug',
      json: () => actionsJson(permissions),
    },
  ]
}
