import type { Actor } from '../auth/actor.ts'
import type { Action, ActionLevel, Resource } from './action.ts'

/**
 * Who may do what: actions, resources, rules, and the decision between them (host.md §5). This folder knows
 * actors as plain objects; where they come from is the business of `auth/`. It never looks into a request or
 * a database.
 */

/** One reason to allow or deny, at one scope. Absence of an answer (`null`) is not a deny. */
export type Rule = {
  /** Full action name. */
  readonly action: string
  /** Where the rule stands. A narrower scope beats a wider one; inside a scope any deny beats all allows. */
  readonly scope: Resource
  /** What the rule says of this actor, or null when it does not speak of them. */
  readonly judge: (actor: Actor | null) => 'allow' | 'deny' | null
  /** Who made the rule (`config`, `root`, `defaults`, a plugin's name) and where it stands. */
  readonly source: string
  readonly reason: string
}

/** A rule that speaks of an actor, and what it says. */
export type Match = { readonly rule: Rule; readonly effect: 'allow' | 'deny' }

export type Decision = {
  readonly allowed: boolean
  /** The rule that decided, or null when none spoke. */
  readonly rule: Rule | null
  /** True when a rule allowed it but the token's restrictions (`_r`) do not include it. */
  readonly restricted: boolean
}

/** The compiled permission rules of this server (host.md §5.4). A check costs the same whatever the number of tables. */
export interface Permissions {
  /** Every action known, by full name, in alphabetical order. */
  readonly actions: readonly Action[]
  /** Finds an action by full name or abbreviation. */
  findAction(nameOrAbbr: string): Action | null
  /** Whether the actor may do this to that. An unknown action is always false. */
  allows(actor: Actor | null, action: string, resource: Resource): boolean
  /**
   * The same with the reason. A resource below the action's level stands for the database or instance that it
   * lies in; one above it is never allowed, since rules further down would go unasked.
   */
  decide(actor: Actor | null, action: string, resource: Resource): Decision
  /**
   * Answers `allows` for many tables, views or queries of one database, for an action that is done to such. What they have in
   * common is decided once; each then costs a look-up.
   */
  allowsIn(actor: Actor | null, action: string, database: string): (resource: string) => boolean
  /** The rules that speak of this actor, action and resource, narrowest scope first. The first scope decides, there the first deny. */
  matches(actor: Actor | null, action: string, resource: Resource): readonly Match[]
  /** The part of a resource that an action is done to; null when the resource is wider than that. */
  targetOf(action: Action, resource: Resource): Resource | null
  /** Whether the restrictions of an actor include this; null for an actor without any. */
  includes(actor: Actor | null, action: Action, target: Resource): boolean | null
  /** Every rule about an action, wherever it stands. */
  rules(action: string): readonly Rule[]
}

export type { Action, ActionLevel, Resource }
