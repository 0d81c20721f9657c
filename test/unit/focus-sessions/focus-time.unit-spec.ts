import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { canMove, FOCUS_STATES, hasEnded } from '../../../src/modules/focus-sessions/focus-session-state.js';
import { moved, newSession } from '../../../src/modules/focus-sessions/focus-session-move.js';
import {
  activeMs,
  activeSeconds,
  elapsedSeconds,
  expiryOf,
} from '../../../src/modules/focus-sessions/focus-time.js';
import { canFocus, canReadFocusSessions } from '../../../src/modules/focus-sessions/focus-sessions.policy.js';
import { aKeyPrincipal, aPrincipal } from '../../factories/principal.js';

const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1_000);
const pause = (from: number, to: number | null) => ({
  started_at: at(from),
  ended_at: to === null ? null : at(to),
});
const times = (pauses: ReturnType<typeof pause>[] = [], end: number | null = null) => ({
  started_at: at(0),
  ended_at: end === null ? null : at(end),
  pauses,
});
const session = (claimed: number, of = times()) => ({ ...of, claimed_seconds: claimed });

describe('the time of a focus session', () => {
  it.each([
    ['runs with the clock', times(), 90, 90],
    ['stands still in a pause', times([pause(30, null)]), 90, 30],
    ['goes on after a pause', times([pause(30, 50)]), 90, 70],
    ['knows several pauses', times([pause(10, 20), pause(30, 50), pause(80, null)]), 90, 50],
    ['ends with the session', times([pause(30, 50)], 60), 90, 40],
    ['is nothing before its beginning', times(), -5, 0],
    ['counts whole seconds', times(), 1.999, 1],
  ])('%s', (_, of, now, expected) => {
    expect(activeSeconds(of, at(now))).toBe(expected);
  });

  it.each([
    ['is what ticks claimed', session(60), 90, 60],
    ['is never more than the wall time', session(120), 90, 90],
    ['is never more than the wall time less the pauses', session(80, times([pause(30, 50)])), 90, 70],
  ])('elapsed %s', (_, of, now, expected) => {
    expect(elapsedSeconds(of, at(now))).toBe(expected);
  });

  it('never shrinks, whatever the pauses, and never passes the wall time', () => {
    const lengths = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { maxLength: 8 });
    fc.assert(
      fc.property(lengths, fc.nat(1_000), fc.nat(1_000), fc.nat(2_000), (gaps, one, other, claimed) => {
        let from = 0;
        const pauses = gaps.map(([runs, rests]) => {
          from += runs + rests;
          return pause(from - rests, from);
        });
        const [early, late] = [one, other].toSorted((a, b) => a - b);
        const of = session(claimed, times(pauses));
        const [before, after] = [early ?? 0, late ?? 0].map((now) => elapsedSeconds(of, at(now)));
        expect(after).toBeGreaterThanOrEqual(before ?? 0);
        expect(activeMs(of, at(late ?? 0))).toBeLessThanOrEqual((late ?? 0) * 1_000);
      }),
    );
  });

  it('is over twice the plan after the last sign of life', () => {
    const of = { planned_duration_seconds: 60, updated_at: at(0) };
    expect(expiryOf(of)).toEqual(at(120));
    expect(expiryOf({ ...of, last_tick_at: at(50) })).toEqual(at(170));
    expect(expiryOf({ ...of, updated_at: at(80), last_tick_at: at(50) })).toEqual(at(200));
  });
});

describe('the states of a focus session', () => {
  it('lead to an end, from which nothing leads away', () => {
    const pairs = FOCUS_STATES.flatMap((from) => FOCUS_STATES.map((to) => [from, to] as const));
    expect(pairs.filter(([from, to]) => canMove(from, to)).map((pair) => pair.join(' → '))).toEqual([
      'running → paused',
      'running → completed',
      'running → abandoned',
      'running → expired',
      'paused → running',
      'paused → completed',
      'paused → abandoned',
      'paused → expired',
    ]);
    expect(FOCUS_STATES.filter(hasEnded)).toEqual(['completed', 'abandoned', 'expired']);
  });

  it('close a pause with what ends it, and never go back in time', () => {
    const started = newSession(aPrincipal(), { session_type: 's', planned_duration_seconds: 60 }, 1, at(0));
    const paused = { ...started, ...moved(started, 'paused', at(10), null) };
    expect(paused).toMatchObject({ state: 'paused', version: 2, pauses: [pause(10, null)], ended_at: null });
    const ended = { ...paused, ...moved(paused, 'completed', at(25), 4) };
    expect(ended).toMatchObject({ pauses: [pause(10, 25)], ended_at: at(25), productivity_rating: 4 });
    expect(activeSeconds(ended, at(900))).toBe(10);
    expect(moved(paused, 'running', at(-5), null).updated_at.getTime()).toBe(at(10).getTime() + 1);
  });
});

describe('the rights over focus sessions', () => {
  const key = (...scopes: string[]) => aKeyPrincipal(scopes);

  it('are the own person’s; a key has to name the resource', () => {
    expect(canReadFocusSessions(aPrincipal({ role: 'viewer' }))).toBe(true);
    expect(canFocus(aPrincipal({ role: 'viewer' }))).toBe(false);
    expect(canFocus(aPrincipal({ role: 'member' }))).toBe(true);
    expect(canReadFocusSessions(key('*'))).toBe(false);
    expect(canFocus(key('*', 'focus-sessions:read'))).toBe(false);
    expect(canReadFocusSessions(key('focus-sessions:read'))).toBe(true);
    expect(canFocus(key('focus-sessions:write'))).toBe(true);
  });
});
