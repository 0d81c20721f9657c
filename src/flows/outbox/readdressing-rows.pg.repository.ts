import { Injectable } from '@nestjs/common';

import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { backOffMs } from '../queue/back-off.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { EVENT_COLUMNS, eventOf } from './event-row.js';
import { OutboxTuning } from './outbox-tuning.js';

/** The address that older entries about an account have to show from now on. `address` null: the account is deleted. */
export interface AddressChange {
  userId: string;
  address: string | null;
}

/** An account whose older entries this process may change until its lease ends. */
export interface LeasedReaddressing {
  eventId: string;
  /** Null if this version cannot read the event. */
  change: AddressChange | null;
  attempts: number;
}

/** Of several changes of one account only the newest is carried out, because the older addresses are wrong by then. */
const HAS_NEWER = `exists (
  select 1 from outbox_queue newer
  where newer.aggregate = q.aggregate and newer.position > q.position
    and newer.readdressed_in is not null and newer.dead_at is null)`;

/** The rows of the queue whose event is delivered and whose new address older entries still have to follow. */
@Injectable()
export class ReaddressingRows {
  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
  ) {}

  /** The oldest row that is due. Null if there is none. */
  async claim(): Promise<LeasedReaddressing | null> {
    const [row] = await this.connection.run(
      'outbox.readdress_claim',
      (sql) => sql<Record<string, unknown>[]>`
        with due as (
          select q.event_id from outbox_queue q
          where q.readdressed_in is not null and q.is_delivered and q.available_at <= statement_timestamp()
            and not ${sql.unsafe(HAS_NEWER)}
          order by q.position limit 1 for update of q skip locked
        ), leased as (
          update outbox_queue q set lease_owner = ${this.owner.id}::uuid,
            available_at = clock_timestamp() + ${this.tuning.leaseMs} * interval '1 ms'
          from due where q.event_id = due.event_id returning q.event_id, q.attempts
        )
        select leased.event_id, leased.attempts, ${sql.unsafe(EVENT_COLUMNS)}
        from leased left join outbox_events e on e.id = leased.event_id`,
    );
    if (!row) return null;
    const event = eventOf(row);
    return {
      eventId: String(row['event_id']),
      change: event && { userId: event.aggregate.id, address: event.subject?.email ?? null },
      attempts: Number(row['attempts']),
    };
  }

  /**
   * Whether every entry with an older address is in MongoDB. That is so if everything that was committed about the
   * account before the change is delivered, no document of the spool about it is under way, and the tags of the change
   * are replaced. Later entries have the new address. A process that writes an address directly looks it up again
   * after the write, through the cache.
   */
  async isSettled(eventId: string, userId: string): Promise<boolean> {
    const [row] = await this.connection.run(
      'outbox.readdress_settled',
      (sql) => sql<{ is_settled: boolean }[]>`
        select not exists (
          select 1 from outbox_queue q join outbox_events e on e.id = q.event_id
          where not q.is_delivered and q.dead_at is null and e.subject_user_id = ${userId}
            and q.position < (select own.position from outbox_queue own where own.event_id = ${eventId}::uuid)
        ) and not exists (
          select 1 from spool s
          where s.subject_user_id::text = ${userId} and not s.is_delivered and s.lease_owner is not null
            and s.available_at > statement_timestamp()
        ) and not exists (
          select 1 from outbox_queue own where own.event_id = ${eventId}::uuid and not own.is_invalidated
        ) as is_settled`,
    );
    return row?.is_settled ?? false;
  }

  /**
   * Renews the lease, and records the organisations in which entries are about to be changed. False: the lease has
   * ended, or a newer change of the same account has replaced this one.
   */
  async keep(eventId: string, orgIds: readonly string[]): Promise<boolean> {
    const rows = await this.connection.run(
      'outbox.readdress_keep',
      (sql) => sql`
        update outbox_queue q set available_at = clock_timestamp() + ${this.tuning.leaseMs} * interval '1 ms',
          readdressed_in = array(
            select unnest(q.readdressed_in) union select json_array_elements_text(${JSON.stringify(orgIds)}::text::json))
        where q.event_id = ${eventId}::uuid and q.lease_owner = ${this.owner.id}::uuid
          and q.available_at > statement_timestamp() and not ${sql.unsafe(HAS_NEWER)}
        returning 1`,
    );
    return rows.length > 0;
  }

  /** The organisations in which entries were changed, by this change and by the changes that it has replaced. */
  async organizations(eventId: string): Promise<string[]> {
    const rows = await this.connection.run(
      'outbox.readdress_organizations',
      (sql) => sql<{ id: string }[]>`
        select distinct unnest(q.readdressed_in) as id from outbox_queue q
        join outbox_queue own on own.event_id = ${eventId}::uuid and q.aggregate = own.aggregate and q.position <= own.position`,
    );
    return rows.map(({ id }) => id);
  }

  /**
   * All entries follow the address now. This change and the earlier ones are done, and their rows are deleted once
   * their own tags are replaced.
   */
  async finish(eventId: string): Promise<void> {
    await this.connection.run(
      'outbox.readdress_finish',
      (sql) => sql`
        with done as (
          select q.event_id, q.is_invalidated from outbox_queue q
          join outbox_queue own on own.event_id = ${eventId}::uuid and own.lease_owner = ${this.owner.id}::uuid
            and q.aggregate = own.aggregate and q.position <= own.position
          where q.readdressed_in is not null and q.is_delivered for update of q
        ), gone as (
          delete from outbox_queue q using done where q.event_id = done.event_id and done.is_invalidated
        )
        update outbox_queue q set readdressed_in = null, lease_owner = null
        from done where q.event_id = done.event_id and not done.is_invalidated`,
    );
  }

  /** Releases the row, to be claimed again after `delayMs`, or with back-off after a failure. */
  async defer({ eventId, attempts }: LeasedReaddressing, delayMs: number | 'failed'): Promise<void> {
    const ms = delayMs === 'failed' ? backOffMs(attempts + 1, this.tuning) : delayMs;
    await this.connection.run(
      'outbox.readdress_defer',
      (sql) => sql`
        update outbox_queue set lease_owner = null, available_at = clock_timestamp() + ${ms} * interval '1 ms',
          attempts = attempts + ${delayMs === 'failed' ? 1 : 0}
        where event_id = any(${uuidArray([eventId])}::uuid[]) and lease_owner = ${this.owner.id}::uuid and is_delivered`,
    );
  }
}
