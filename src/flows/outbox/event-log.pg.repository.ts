import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { transactionSql } from '../../stores/postgres/transaction-sql.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { Projections } from '../projections/projections.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { aggregateKey, type DomainEvent, type RecordedEvent } from './domain-event.js';
import { currentAddress, rowOf } from './event-row.js';
import { OutboxTuning } from './outbox-tuning.js';

/** Every relay listens to it for events that are left to relays. PostgreSQL scopes channels to a database. */
export const OUTBOX_CHANNEL = 'triptych_outbox';

export interface AppendedEvent {
  event: RecordedEvent;
  /**
   * Leased to this process from the start, because nothing of its aggregate was waiting, so it may be delivered at
   * once.
   */
  isLeased: boolean;
}

interface AppendOptions {
  /** False while MongoDB is down. Then nothing is leased, and no relay is woken in vain. */
  canDeliver: boolean;
  /** The ids that this transaction has appended and leased before. */
  leasedBefore: readonly string[];
}

interface AppendedRow {
  id: string;
  is_leased: boolean;
  subject_email: string | null;
  payload: string;
  recorded_at_ms: number;
}

/** Writes events and their place in the queue, as part of the caller's transaction. */
@Injectable()
export class EventLog {
  constructor(
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
    private readonly projections: Projections,
  ) {}

  /**
   * Two statements in one round trip. The lock has to be a statement of its own before the insert. In READ COMMITTED a
   * statement sees what was committed when it began. An insert that waited for the lock itself would not see the event
   * of the transaction that it waited for, and would take its own event for the first of the aggregate. The position
   * has to be drawn under the lock, so that the positions of an aggregate follow the order of commits. Throws for a
   * type that no feature declares.
   */
  async append(tx: Tx, events: readonly DomainEvent[], options: AppendOptions): Promise<AppendedEvent[]> {
    for (const { type } of events) this.projections.of(type);
    const erased = erasedBy(events);
    const rows = events.map((event, ordinal) => rowOf(newId(), ordinal, withoutErased(event, erased)));
    const [, appended] = await Promise.all([
      this.lock(tx, events),
      this.insert(tx, rows, options),
      this.erase(tx, erased),
    ]);
    const byId = new Map(appended.map((row) => [row.id, row]));
    return events.map((event, ordinal) => {
      const given = rows[ordinal];
      const row = given && byId.get(given.id);
      if (!row) throw new Error('An appended event was not returned');
      return { event: recorded(event, row), isLeased: row.is_leased };
    });
  }

  /**
   * Takes the locks in the same order in every transaction, so that two transactions with the same two aggregates
   * never wait for each other. Also takes a shared lock on the account that an event is about. So an event either is
   * committed before the account's address changes, or takes the new address. The settings are for the insert, which
   * resets them. A plan that was cached on an empty queue must also fit a long one, and after an analysis of a full
   * queue PostgreSQL would plan each insert anew, which takes some 2 ms.
   */
  private lock(tx: Tx, events: readonly DomainEvent[]) {
    const keys = events.flatMap(({ aggregate, subject }) => [
      { key: aggregateKey(aggregate), alone: true },
      ...(subject ? [{ key: aggregateKey({ type: 'user', id: subject.userId }), alone: false }] : []),
    ]);
    return transactionSql(tx)`
      select case when locks.alone then pg_advisory_xact_lock(locks.key) else pg_advisory_xact_lock_shared(locks.key) end,
        set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
      from (
        select hashtextextended('outbox:' || wanted.key, 0) as key, bool_or(wanted.alone) as alone
        from json_to_recordset(${JSON.stringify(keys)}::text::json) as wanted(key text, alone boolean)
        group by 1 order by 1
      ) as locks`;
  }

  private insert(
    tx: Tx,
    rows: readonly ReturnType<typeof rowOf>[],
    { canDeliver, leasedBefore }: AppendOptions,
  ) {
    return transactionSql(tx)<AppendedRow[]>`
      with input as materialized (
        select *, aggregate_type || ':' || aggregate_id as aggregate,
          ${transactionSql(tx).unsafe(currentAddress('e'))} as address
        from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as e(
          ordinal int, id uuid, aggregate_type text, aggregate_id text, organization_id uuid, type text,
          actor_user_id uuid, actor_api_key_id uuid, subject_user_id text, subject_email text, payload jsonb,
          content jsonb, tags text[], changes_address boolean)
      ), logged as (
        insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, actor_user_id,
          actor_api_key_id, subject_user_id, subject_email, payload, content, tags, recorded_at)
        select id, aggregate_type, aggregate_id, organization_id, type, actor_user_id,
          actor_api_key_id, subject_user_id, address, payload, nullif(content, 'null'), tags, clock_timestamp()
        from input order by ordinal
        returning id, subject_email, payload, recorded_at
      ), placed as materialized (
        select id, aggregate, ordinal, changes_address, ${canDeliver} and (
          -- limited, because a mere "exists" is planned as a hash of the whole queue
          select count(*) = 0 from (
            select 1 from outbox_queue waiting
            where waiting.aggregate = input.aggregate and not waiting.is_delivered and waiting.dead_at is null
              and waiting.event_id <> all(${uuidArray(leasedBefore)}::uuid[]) limit 1) as first
        ) as is_leased
        from input
      ), queued as (
        insert into outbox_queue (event_id, aggregate, available_at, lease_owner, readdressed_in)
        select id, aggregate,
          clock_timestamp() + case when is_leased then ${this.tuning.leaseMs} * interval '1 ms' else interval '0' end,
          case when is_leased then ${this.owner.id}::uuid end, case when changes_address then '{}'::text[] end
        from placed order by ordinal
        returning event_id, lease_owner is not null as is_leased
      ), notified as (
        select pg_notify(${OUTBOX_CHANNEL}, '') from queued where ${canDeliver} and not is_leased limit 1
      )
      select queued.event_id as id, queued.is_leased, logged.subject_email, logged.payload::text as payload,
        (extract(epoch from logged.recorded_at) * 1000)::float8 as recorded_at_ms,
        (select count(*)::int from notified) as notified, set_config('enable_seqscan', 'on', true),
        set_config('plan_cache_mode', 'auto', true)
      from queued join logged on logged.id = queued.event_id`;
  }

  /** The log keeps the events about a deleted user, but not the person's address. */
  private async erase(tx: Tx, erased: ReadonlySet<string>): Promise<void> {
    if (erased.size === 0) return;
    await transactionSql(tx)`
      update outbox_events set subject_email = null
      where subject_user_id in (select json_array_elements_text(${JSON.stringify([...erased])}::text::json))
        and subject_email is not null`;
  }
}

/** The accounts that these events delete. */
const erasedBy = (events: readonly DomainEvent[]): ReadonlySet<string> =>
  new Set(events.filter((event) => event.type === 'user.deleted').map((event) => event.aggregate.id));

/** Events in the same transaction as a deletion must not restore what the deletion erases. */
const withoutErased = (
  event: DomainEvent,
  erased: ReadonlySet<string>,
): Omit<DomainEvent, 'subject'> & { subject: RecordedEvent['subject'] } =>
  event.subject && erased.has(event.subject.userId)
    ? { ...event, subject: { ...event.subject, email: null } }
    : event;

/**
 * The event as the database returns it, so that an event that is delivered inline equals the one that a relay reads
 * later.
 */
const recorded = (event: DomainEvent, row: AppendedRow): RecordedEvent => ({
  ...event,
  id: row.id,
  subject: event.subject && { userId: event.subject.userId, email: row.subject_email },
  payload: JSON.parse(row.payload) as RecordedEvent['payload'],
  content: event.content ?? null,
  recordedAt: new Date(row.recorded_at_ms),
});
