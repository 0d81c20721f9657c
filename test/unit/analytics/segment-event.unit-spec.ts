import { describe, expect, it } from 'vitest';

import { Invalid } from '../../../src/common/errors/kinds.js';
import { correctedTime, eventOfCall } from '../../../src/modules/analytics/segment-event.js';

const RECEIVED = new Date('2026-11-21T12:00:00.000Z');

describe("Segment's calls", () => {
  it.each([
    [
      'a clock that is an hour slow',
      '2026-11-21T10:00:00Z',
      '2026-11-21T11:00:00Z',
      '2026-11-21T11:00:00.000Z',
    ],
    ['a clock that is right', '2026-11-21T10:00:00Z', '2026-11-21T12:00:00Z', '2026-11-21T10:00:00.000Z'],
    ['no sentAt', '2026-11-21T10:00:00Z', null, '2026-11-21T10:00:00.000Z'],
    ['no timestamp', null, '2026-11-21T11:00:00Z', '2026-11-21T12:00:00.000Z'],
    ['what is no date', 'yesterday', 'today', '2026-11-21T12:00:00.000Z'],
  ])('are of the right moment with %s', (_, timestamp, sentAt, expected) => {
    expect(correctedTime(timestamp, sentAt, RECEIVED).toISOString()).toBe(expected);
  });

  it('keep what they know under its own names', () => {
    const context = { ip: '192.0.2.1' };
    const track = eventOfCall(
      { event: 'Signed Up', userId: 7, properties: { plan: 'pro' }, context },
      'track',
      null,
      RECEIVED,
    );
    expect(track).toMatchObject({
      event_name: 'Signed Up',
      user_id: '7',
      properties: { plan: 'pro', context },
    });
    expect(track.event_category).toBeUndefined();
    const page = eventOfCall({ name: 'Home', anonymousId: 'a' }, 'page', null, RECEIVED);
    expect(page).toMatchObject({
      event_name: 'page',
      event_category: 'segment',
      properties: { name: 'Home' },
    });
    const group = eventOfCall({ groupId: 'g', userId: 'u', traits: { size: 3 } }, 'group', null, RECEIVED);
    expect(group.properties).toEqual({ groupId: 'g', traits: { size: 3 } });
    const alias = eventOfCall({ previousId: 'old', userId: 'new' }, 'alias', null, RECEIVED);
    expect(alias.properties).toEqual({ previousId: 'old' });
  });

  it.each([
    ['without a person', { event: 'x' }, 'track'],
    ['of no name', { userId: 'u' }, 'track'],
    ['of no type', { userId: 'u', event: 'x' }, undefined],
    ['of another type', { userId: 'u' }, 'dance'],
  ])('%s are refused', (_, call, type) => {
    expect(() => eventOfCall(call, type, null, RECEIVED)).toThrow(Invalid);
  });
});
