import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { DomainEvent } from '../../../src/flows/outbox/domain-event.js';
import { eventOf, rowOf } from '../../../src/flows/outbox/event-row.js';
import { OutboxTuning } from '../../../src/flows/outbox/outbox-tuning.js';
import { backOffMs } from '../../../src/flows/queue/back-off.js';
import { RelayWakeup } from '../../../src/flows/queue/relay-wakeup.js';

const event: DomainEvent = {
  type: 'user.updated',
  aggregate: { type: 'user', id: newId() },
  orgId: newId(),
  actor: { userId: newId(), apiKeyId: null },
  subject: { userId: newId(), email: 'ada@example.com' },
  payload: { changed: ['avatar'] },
  tags: ['o:1:users'],
};

/** A row as the database gives back what `rowOf` made. */
const stored = (overrides: Record<string, unknown> = {}) => {
  const row = rowOf(newId(), 0, event);
  return {
    ...row,
    payload: JSON.stringify(row.payload),
    tags: JSON.stringify(row.tags),
    recorded_at_ms: 1_700_000_000_123,
    ...overrides,
  };
};

describe('event rows', () => {
  it('come back as the event that was written', () => {
    const { ordinal: _, ...row } = stored();
    expect(eventOf(row)).toEqual({
      ...{ ...event, id: row.id, content: null, recordedAt: new Date(1_700_000_000_123) },
    });
  });

  it('are null for a shape that this version does not know', () => {
    expect(eventOf(stored({ type: 'teleported' }))).toBeNull();
    expect(eventOf(stored({ payload: '[]' }))).toBeNull();
  });

  it('are events whatever their type: a type that no feature declares fails at its projection', () => {
    expect(eventOf(stored({ type: 'user.teleported' }))?.type).toBe('user.teleported');
  });

  it('of a deletion do not hold the address', () => {
    expect(rowOf(newId(), 0, { ...event, type: 'user.deleted' }).subject_email).toBeNull();
  });
});

describe('back-off', () => {
  const tuning = new OutboxTuning();

  it.each([
    [1, 100, 200],
    [2, 200, 400],
    [5, 1_600, 3_200],
    [60, 30_000, 60_000],
  ])('after %i failures is between %i and %i ms', (attempts, least, most) => {
    expect(backOffMs(attempts, tuning, 0)).toBe(least);
    expect(backOffMs(attempts, tuning, 1)).toBe(most);
  });
});

describe('RelayWakeup', () => {
  it('ends a pause', async () => {
    const wakeup = new RelayWakeup();
    const pause = wakeup.pause(60_000);
    wakeup.wake();
    await pause;
  });

  it('keeps a wake-up that comes while the relay works', async () => {
    const wakeup = new RelayWakeup();
    wakeup.wake();
    await wakeup.pause(60_000);
  });

  it('uses a wake-up once', async () => {
    const wakeup = new RelayWakeup();
    wakeup.wake();
    await wakeup.pause(60_000);
    const at = performance.now();
    await wakeup.pause(20);
    expect(performance.now() - at).toBeGreaterThan(15);
  });
});
