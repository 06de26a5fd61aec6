import { describe, expect, it } from 'vitest'
import { readDecision } from './consent.ts'
import type { ScopeRequest } from './scope-request.ts'

const request: ScopeRequest = {
  access: 'listed',
  scopes: [
    { scope: ['view-instance'], hasEffect: true },
    { scope: ['view-instance', 'db'], hasEffect: false },
    { scope: ['insert-row', 'db', 't'], hasEffect: true },
  ],
}

const decide = (scope: ScopeRequest, offered: readonly number[], form: Readonly<Record<string, string>>) =>
  readDecision(scope, offered, new URLSearchParams(form))

describe('readDecision', () => {
  it('grants the lines that are ticked', () => {
    expect(decide(request, [0, 2], { scope_2: 'on' })).toEqual({
      access: 'listed',
      scopes: [['insert-row', 'db', 't']],
    })
  })

  it('grants nothing when nothing is ticked', () => {
    expect(decide(request, [0, 2], {})).toBeNull()
  })

  it('grants nothing on Deny, whatever is ticked', () => {
    expect(decide(request, [0, 2], { scope_0: 'on', deny: 'Deny' })).toBeNull()
  })

  it('passes over lines that have no effect, that were not offered, and that are not there', () => {
    expect(decide(request, [0], { scope_1: 'on', scope_2: 'on', scope_3: 'on', 'scope_-1': 'on' })).toBeNull()
    expect(decide(request, [0, 1], { scope_1: 'on' })).toBeNull()
  })

  it('never grants full access to a request that listed scopes', () => {
    expect(decide(request, [0, 2], { full_access: 'on' })).toBeNull()
    expect(decide(request, [0, 2], { full_access: 'on', scope_0: 'on' })).toEqual({
      access: 'listed',
      scopes: [['view-instance']],
    })
  })

  it('grants full access by its own box alone', () => {
    expect(decide({ access: 'full' }, [], { full_access: 'on' })).toEqual({ access: 'full' })
    expect(decide({ access: 'full' }, [], {})).toBeNull()
    expect(decide({ access: 'full' }, [], { scope_0: 'on' })).toBeNull()
    expect(decide({ access: 'full' }, [], { full_access: 'on', deny: 'Deny' })).toBeNull()
  })
})
