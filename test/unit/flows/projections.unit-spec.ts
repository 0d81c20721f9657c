import { describe, expect, it } from 'vitest';

import { DECLARED } from '../../../src/declare.js';
import { newId } from '../../../src/common/ids/ids.js';
import type { EventType, RecordedEvent } from '../../../src/flows/outbox/domain-event.js';
import { activityProjection } from '../../../src/modules/activity/activity.projection.js';
import { Projections } from '../../../src/flows/projections/projections.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';

const eventOfType = (type: EventType): RecordedEvent => ({
  id: newId(),
  type,
  aggregate: { type: 'user', id: newId() },
  orgId: newId(),
  actor: { userId: newId(), apiKeyId: null },
  subject: { userId: newId(), email: 'ada@example.com' },
  payload: { n: 1 },
  tags: [],
  recordedAt: new Date('2026-11-21T23:30:00.123Z'),
});

describe('projections', () => {
  const projections = new Projections(DECLARED);

  it.each(DECLARED.eventTypes)('%s has exactly one activity entry, with the id of the event', (type) => {
    expect(projections.of(type)).toContain(activityProjection);
    const event = eventOfType(type);
    const inserts = projections
      .writes(event)
      .filter((write) => write.collection === ACTIVITY_COLLECTION)
      .flatMap((write) => ('insert' in write ? [write.insert] : []));
    expect(inserts).toHaveLength(1);
    expect(inserts[0]).toMatchObject({ _id: event.id, event_type: type, organization_id: event.orgId });
    expect(projections.tags(event)).toContain(`o:${event.orgId}:activity`);
  });

  it.each(DECLARED.eventTypes)('%s gives the same writes whenever it is asked', (type) => {
    const event = eventOfType(type);
    expect(projections.writes(event)).toEqual(projections.writes(structuredClone(event)));
  });

  it('handle no type that no feature declares', () => {
    expect(() => projections.writes(eventOfType('unheard.of'))).toThrow('unheard.of');
  });

  it('are refused where a type has none', () => {
    const lonely = { ...DECLARED, eventTypes: ['user.login', 'a.b'] as const, projections: [] };
    expect(() => new Projections(lonely)).toThrow('No projection handles user.login, a.b');
  });

  it('makes of a login an analytics event with its day and hour', () => {
    const event = eventOfType('user.login');
    const [write] = projections.writes(event).filter(({ collection }) => collection === 'analytics_events');
    expect(write).toMatchObject({
      insert: {
        _id: event.id,
        event_name: 'user_login',
        event_category: 'authentication',
        user_id: event.subject?.userId,
        day: '2026-11-21',
        hour: '2026-11-21T23',
      },
    });
  });
});
