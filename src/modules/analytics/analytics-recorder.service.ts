import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import type { FieldError } from '../../common/errors/domain-error.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { Ingest } from '../../flows/ingest/ingest.js';
import type { IngestedDocument, IngestOutcome } from '../../flows/ingest/ingested-document.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { ANALYTICS_COLLECTION, type AnalyticsEvent, bucketsOf } from './analytics-event.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import type { RecordEventDto } from './analytics.dto.js';
import { canRecordAnalytics } from './analytics.policy.js';
import { faultOfTime } from './event-time.policy.js';
import { LiveAnalytics } from './live-analytics.service.js';

/** The outcome of one event. `faulty`: it was refused because of its own values. */
export interface RecordedEvent {
  event: AnalyticsEvent;
  outcome: IngestOutcome | { kind: 'faulty'; fault: FieldError };
}

/** Records events of one organisation. An acknowledged event is durable, and the same `message_id` is stored once. */
@Injectable()
export class AnalyticsRecorder {
  constructor(
    private readonly ingest: Ingest,
    private readonly events: AnalyticsEventsRepository,
    private readonly live: LiveAnalytics,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * An outcome for each of `inputs`, in their order. `inTransaction`: the events become durable in the request's
   * transaction, together with its own record. Throws `Forbidden`, and `StoreUnavailable` if no store can take them.
   */
  async record(
    actor: Principal,
    inputs: readonly RecordEventDto[],
    { inTransaction }: { inTransaction: boolean },
  ): Promise<RecordedEvent[]> {
    assertCan(canRecordAnalytics(actor));
    const now = this.clock.now();
    const recorded = inputs.map((input): RecordedEvent => {
      const event = eventOf(actor.orgId, input, now);
      const fault = faultOfTime(event.timestamp, now, this.config.analytics.retentionDays);
      return { event, outcome: fault ? { kind: 'faulty', fault } : { kind: 'stored' } };
    });
    const sound = recorded.filter(({ outcome }) => outcome.kind !== 'faulty');
    if (sound.length === 0) return recorded;
    const events = sound.map(({ event }) => event);
    const outcomes = inTransaction
      ? await this.withinTransaction(actor.orgId, events)
      : await this.ingest.accept(events.map(toIngested));
    for (const [index, one] of sound.entries()) {
      const outcome = outcomes[index];
      if (!outcome) throw new Error('An event has no outcome');
      one.outcome = outcome;
    }
    const stored = sound.filter(({ outcome }) => outcome.kind === 'stored').map(({ event }) => event);
    // The answer does not wait for Redis.
    void this.live.add(actor.orgId, stored);
    return recorded;
  }

  /** The event that was stored before. Null if it has been removed since. */
  async stored(actor: Principal, id: string | null): Promise<AnalyticsEvent | null> {
    return id === null ? null : this.events.find(actor.orgId, id);
  }

  /** The transaction does not report which events exist already, so they are looked up before it. */
  private async withinTransaction(
    orgId: string,
    events: readonly AnalyticsEvent[],
  ): Promise<IngestOutcome[]> {
    const ids = await this.known(orgId, events);
    const firsts = new Map<string, string>();
    for (const { message_id: messageId, _id } of events)
      if (!firsts.has(messageId)) firsts.set(messageId, ids.get(messageId) ?? _id);
    const isNew = (event: AnalyticsEvent): boolean => firsts.get(event.message_id) === event._id;
    const fresh = events.filter(isNew).map(toIngested);
    const accepted = fresh.length > 0 ? await this.ingest.acceptInTransaction(fresh) : [];
    const kind = accepted[0]?.kind === 'spooled' ? 'spooled' : 'stored';
    return events.map((event) =>
      isNew(event) ? { kind } : { kind: 'known', id: firsts.get(event.message_id) ?? null },
    );
  }

  private async known(orgId: string, events: readonly AnalyticsEvent[]): Promise<Map<string, string>> {
    try {
      return await this.events.idsOf(
        orgId,
        events.map((event) => event.message_id),
      );
    } catch (error) {
      // Then they wait in the spool, and are deduplicated when they reach MongoDB.
      if (error instanceof StoreUnavailable) return new Map();
      throw error;
    }
  }
}

function eventOf(orgId: string, input: RecordEventDto, now: Date): AnalyticsEvent {
  const id = newId();
  const timestamp = input.timestamp === undefined ? now : new Date(input.timestamp);
  return {
    _id: id,
    organization_id: orgId,
    event_name: input.event_name,
    event_category: input.event_category ?? null,
    user_id: input.user_id ?? null,
    anonymous_id: input.anonymous_id ?? null,
    properties: input.properties,
    message_id: input.message_id ?? id,
    timestamp,
    received_at: now,
    ...bucketsOf(timestamp),
  };
}

const toIngested = (event: AnalyticsEvent): IngestedDocument => ({
  orgId: event.organization_id,
  collection: ANALYTICS_COLLECTION,
  // Events do not depend on each other.
  aggregate: `${ANALYTICS_COLLECTION}:${event._id}`,
  document: event,
  subjectUserId: null,
  tags: [tags.collection(event.organization_id, 'analytics')],
});
