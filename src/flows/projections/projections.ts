import { Injectable } from '@nestjs/common';

import { EVENT_TYPES, type EventType, type RecordedEvent } from '../outbox/domain-event.js';
import { activityProjection } from './activity.projection.js';
import { loginAnalyticsProjection } from './login-analytics.projection.js';
import type { ProjectedWrite, Projection } from './projection.js';

/** All projections, in the order in which their writes are applied. A new one is added here. */
export const ALL_PROJECTIONS: readonly Projection[] = [activityProjection, loginAnalyticsProjection];

/** Knows which projections handle an event. Refuses to start where an event type has none. */
@Injectable()
export class Projections {
  private readonly byType: ReadonlyMap<EventType, readonly Projection[]>;

  constructor() {
    this.byType = new Map(
      EVENT_TYPES.map((type) => [
        type,
        ALL_PROJECTIONS.filter((projection) => projection.handles.includes(type)),
      ]),
    );
    const orphans = EVENT_TYPES.filter((type) => this.of(type).length === 0);
    if (orphans.length > 0) throw new Error(`No projection handles ${orphans.join(', ')}`);
  }

  of(type: EventType): readonly Projection[] {
    return this.byType.get(type) ?? [];
  }

  writes(event: RecordedEvent): ProjectedWrite[] {
    return this.of(event.type).flatMap((projection) => projection.writes(event));
  }

  /** The tags of the copies in MongoDB; the event's own tags are those of its record in PostgreSQL. */
  tags(event: RecordedEvent): string[] {
    return this.of(event.type).flatMap((projection) => projection.tags(event));
  }
}
