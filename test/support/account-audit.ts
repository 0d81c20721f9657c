import postgres from 'postgres';

import type { AccountLoad, LoadedAccount } from './account-load.js';
import { activityOf } from './drained-stores.js';

/** The stores and the organisation that a load has used. */
export interface Audited {
  env: Record<string, string>;
  orgId: string;
}

/** The differences between PostgreSQL, its event log, MongoDB and the answers that clients received. */
export interface Findings {
  /** Acknowledged, but not in PostgreSQL. */
  lost: string[];
  /** Several rows for one `Idempotency-Key`. */
  doubled: string[];
  /** In PostgreSQL, but without an activity entry. */
  missing: string[];
  /** With more than one activity entry. */
  repeated: string[];
  /** An activity entry of a change that is not in PostgreSQL, or whose event is not in the log. */
  phantom: string[];
  /** Changes without exactly one event, and events without a change. */
  unlogged: string[];
}

export interface AccountAudit {
  findings: Findings;
  /** Changes that are in PostgreSQL. */
  changes: number;
  entries: number;
}

export const NOTHING_FOUND: Findings = {
  ...{ lost: [], doubled: [], missing: [] },
  ...{ repeated: [], phantom: [], unlogged: [] },
};

export function summaryOf({ findings, changes, entries }: AccountAudit): string {
  const counts = Object.entries<string[]>({ ...findings }).map(([what, found]) => `${found.length} ${what}`);
  return `${changes} changes in PostgreSQL, ${entries} entries: ${counts.join(', ')}`;
}

/** For an organisation that only the load has changed, once everything is drained. */
export async function auditAccounts(load: AccountLoad, audited: Audited): Promise<AccountAudit> {
  const { users, keys, events } = await readPostgres(audited);
  const entries = await activityOf(audited.env['MONGODB_URI'] ?? '', audited.orgId);
  const facts = new Set(keys.map(({ id }) => `api_key.created ${id}`));
  const lost = load.accounts.flatMap((account) => {
    const row = users.get(account.email);
    for (const fact of factsOf(account, row)) facts.add(fact);
    return isLost(account, row) ? [JSON.stringify(account)] : [];
  });
  const byName = countsOf(keys.map(({ name }) => name));
  lost.push(
    ...load.keys.filter(({ id, name }) => id !== null && !byName.has(name)).map(({ name }) => `key ${name}`),
  );

  const logged = countsOf(events.map(({ type, aggregate_id: id }) => `${type} ${id}`));
  const written = countsOf(entries.map(({ event_type: type, resource_id: id }) => `${type} ${id}`));
  const eventIds = new Set(events.map(({ id }) => id));
  const more = (counts: Map<string, number>) =>
    [...counts].filter(([, count]) => count > 1).map(([what]) => what);
  const strange = (counts: Map<string, number>) => [...counts.keys()].filter((what) => !facts.has(what));
  return {
    changes: facts.size,
    entries: entries.length,
    findings: {
      lost,
      doubled: more(byName),
      missing: [...facts].filter((fact) => !written.has(fact)),
      repeated: more(written),
      phantom: [...strange(written), ...entries.map(({ _id }) => _id).filter((id) => !eventIds.has(id))],
      unlogged: [...[...facts].filter((fact) => !logged.has(fact)), ...more(logged), ...strange(logged)],
    },
  };
}

interface UserRow {
  id: string;
  email: string;
  avatar: string | null;
}

/**
 * The changes of an account that its row shows. An account counts as deleted if its deletion was requested and its row
 * is gone.
 */
function factsOf({ id, deleted }: LoadedAccount, row: UserRow | undefined): string[] {
  if (row) return [`user.created ${row.id}`, ...(row.avatar === null ? [] : [`user.updated ${row.id}`])];
  return deleted === 'unasked' ? [] : ['created', 'updated', 'deleted'].map((what) => `user.${what} ${id}`);
}

function isLost({ created, updated, deleted }: LoadedAccount, row: UserRow | undefined): boolean {
  if (!row) return created === 'acknowledged' && deleted === 'unasked';
  return (updated === 'acknowledged' && row.avatar === null) || deleted === 'acknowledged';
}

async function readPostgres({ env, orgId }: Audited) {
  const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1 });
  try {
    const users = await sql<UserRow[]>`select id, email, avatar from users where organization_id = ${orgId}`;
    const keys = await sql<{ id: string; name: string }[]>`
      select id, name from api_keys where organization_id = ${orgId}`;
    const events = await sql<{ id: string; type: string; aggregate_id: string }[]>`
      select id, type, aggregate_id from outbox_events where organization_id = ${orgId}`;
    return { users: new Map(users.map((row) => [row.email, row])), keys, events };
  } finally {
    await sql.end();
  }
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
