import { Injectable } from '@nestjs/common';

import { Declarations } from '../declarations.js';
import type { EventType, RecordedEvent } from '../outbox/domain-event.js';
import type { ProjectedWrite, Projection } from './projection.js';

/** Which of the declared projections handle an event. */
@Injectable()
export class Projections {
  private readonly byType: ReadonlyMap<EventType, readonly Projection[]>;

  constructor({ eventTypes, projections }: Declarations) {
    const handles = (projection: Projection, type: EventType): boolean =>
      projection.handles === 'every' || projection.handles.includes(type);
    this.byType = new Map(
      eventTypes.map((type) => [type, projections.filter((projection) => handles(projection, type))]),
    );
    const orphans = eventTypes.filter((type) => this.byType.get(type)?.length === 0);
    if (orphans.length > 0) throw new Error(`No projection handles ${orphans.join(', ')}`);
  }

  /** Whether a feature of this version declares the type. */
  isKnown(type: EventType): boolean {
    return this.byType.has(type);
  }

  /** Throws for a type that no feature of this version declares. */
  of(type: EventType): readonly Projection[] {
    const projections = this.byType.get(type);
    if (!projections) throw new Error(`No feature declares the event type ${type}`);
    return projections;
  }

  /** The types of events that a projection handles. */
  typesOf(projection: Projection): readonly EventType[] {
    return [...this.byType].filter(([, handlers]) => handlers.includes(projection)).map(([type]) => type);
  }

  /** Throws for a type that no feature of this version declares. */
  writes(event: RecordedEvent): ProjectedWrite[] {
    return this.of(event.type).flatMap((projection) => projection.writes(event));
  }

  /** The tags of the copies in MongoDB; the event's own tags are those of its record in PostgreSQL. */
  tags(event: RecordedEvent): string[] {
    return this.of(event.type).flatMap((projection) => projection.tags(event));
  }
}
