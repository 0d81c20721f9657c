import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';
import { z } from 'zod';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';

/** The present state of an account in PostgreSQL. `email` null: no account has this id. */
export interface Account {
  email: string | null;
  /** By organisation: since when (ms since 1970) the account belongs to it. */
  memberSince: ReadonlyMap<string, number>;
  /**
   * An event of the account is still to be delivered, or entries still have to follow its address. So its entries are
   * about to change.
   */
  isInFlight: boolean;
}

/** What PostgreSQL says about the people and keys that a batch of entries names. */
export interface Origins {
  accounts: ReadonlyMap<string, Account>;
  organizationsOfKeys: ReadonlyMap<string, string>;
}

/** A person and an organisation. */
export interface Belonging {
  orgId: string;
  userId: string;
}

const row = z.object({
  id: z.string(),
  email: z.string().nullable(),
  is_in_flight: z.boolean(),
  member_since: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.number())),
});

const ofIds = (ids: readonly string[]): string => uuidArray([...new Set(ids)].filter((id) => validate(id)));

export const belongingKey = ({ orgId, userId }: Belonging): string => `${orgId} ${userId}`;

/** Users, memberships and API keys as the source of the values that MongoDB repeats. */
@Injectable()
export class AccountsOfRecord {
  constructor(private readonly postgres: Postgres) {}

  /** The people these entries are about, the actors, and the keys that they used. */
  async originsOf(entries: readonly Readonly<Record<string, unknown>>[]): Promise<Origins> {
    const texts = (...fields: string[]) =>
      entries.flatMap((entry) => fields.map((field) => entry[field]).filter((id) => typeof id === 'string'));
    const [accounts, organizationsOfKeys] = await Promise.all([
      this.byIds(texts('user_id', 'actor_id')),
      this.organizationsOfKeys(texts('api_key_id')),
    ]);
    return { accounts, organizationsOfKeys };
  }

  /** One account for each id that is well-formed. Other text has none. */
  async byIds(ids: readonly string[]): Promise<Map<string, Account>> {
    const rows = await this.ask(
      'reconciliation.accounts',
      (sql) => sql<Record<string, unknown>[]>`
        select asked.id::text as id, u.email,
          exists (
            select 1 from outbox_queue q
            where q.aggregate = 'user:' || asked.id and q.dead_at is null
              and (not q.is_delivered or q.readdressed_in is not null)
          ) as is_in_flight,
          coalesce((
            select json_object_agg(m.organization_id, (extract(epoch from m.created_at) * 1000)::float8)
            from memberships m where m.user_id = asked.id
          ), '{}')::text as member_since
        from unnest(${ofIds(ids)}::uuid[]) as asked(id) left join users u on u.id = asked.id`,
    );
    return new Map(
      z
        .array(row)
        .parse(rows)
        .map(({ id, email, is_in_flight, member_since }) => [
          id,
          { email, isInFlight: is_in_flight, memberSince: new Map(Object.entries(member_since)) },
        ]),
    );
  }

  /** The organisation of each existing API key. */
  async organizationsOfKeys(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.ask(
      'reconciliation.api_keys',
      (sql) => sql<{ id: string; organization_id: string }[]>`
        select id, organization_id from api_keys where id = any(${ofIds(ids)}::uuid[])`,
    );
    return new Map(rows.map(({ id, organization_id }) => [id, organization_id]));
  }

  /**
   * Those of these people who have been actor or subject of an event in these organisations, as far back as the event
   * log reaches.
   */
  async everSeen(pairs: readonly Belonging[]): Promise<Set<string>> {
    const asked = pairs.filter(({ orgId, userId }) => validate(orgId) && validate(userId));
    if (asked.length === 0) return new Set();
    const rows = await this.ask(
      'reconciliation.belongings',
      (sql) => sql<{ org_id: string; user_id: string }[]>`
        with asked as materialized (
          select "orgId" as org_id, "userId" as user_id
          from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as pair("orgId" uuid, "userId" uuid)
        )
        select distinct asked.org_id, asked.user_id from outbox_events e join asked
          on e.organization_id = asked.org_id
          and (e.actor_user_id = asked.user_id or e.subject_user_id = asked.user_id::text)`,
    );
    return new Set(rows.map(({ org_id, user_id }) => belongingKey({ orgId: org_id, userId: user_id })));
  }

  private ask<T>(name: string, query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return persistently(() => this.postgres.liveness.run(() => query(this.postgres.sql), name));
  }
}
