import { Injectable } from '@nestjs/common';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { sql } from 'drizzle-orm';

const BATCH = 500;

/** An environment with the expected value of its pointer. */
export interface ComparedPointer {
  organizationId: string;
  name: string;
  active: string | null;
  /** Null: no success is active. */
  expected: string | null;
}

/** The active deployment of an environment is its last success that is still a success, unless it was set inactive. */
const EXPECTED = `
  (select d.id from deployments d
    where d.organization_id = e.organization_id and d.environment = e.name and d.succeeded_at is not null
    order by d.succeeded_at desc, d.id desc limit 1)`;
const COMPARED = `
  select e.organization_id as "organizationId", e.name, e.active_deployment_id as active,
    (select d.id from deployments d where d.id = ${EXPECTED} and d.state = 'success') as expected
  from environments e`;

/** Compares the pointers of environments with the deployments from which they follow. */
@Injectable()
export class EnvironmentPointers {
  constructor(private readonly postgres: Postgres) {}

  /** All environments in the order of their keys. `since`: only those that have changed since then. */
  async *batches(since = new Date(0)): AsyncGenerator<ComparedPointer[]> {
    let after = { organizationId: '00000000-0000-0000-0000-000000000000', name: '' };
    for (;;) {
      const { organizationId, name } = after;
      const rows = await this.ask(
        (ask) => ask<ComparedPointer[]>`
          ${ask.unsafe(COMPARED)} where (e.organization_id, e.name) > (${organizationId}::uuid, ${name})
            and e.updated_at >= ${since.toISOString()}::timestamptz
          order by e.organization_id, e.name limit ${BATCH}`,
      );
      const last = rows.at(-1);
      if (!last) return;
      yield [...rows];
      after = last;
    }
  }

  async one(organizationId: string, name: string): Promise<ComparedPointer | null> {
    const [row] = await this.ask(
      (ask) => ask<ComparedPointer[]>`
        ${ask.unsafe(COMPARED)} where e.organization_id = ${organizationId}::uuid and e.name = ${name}`,
    );
    return row ?? null;
  }

  /** Sets the pointer to its expected value, which is read under the lock of the environment. */
  async correct(tx: Tx, organizationId: string, name: string): Promise<void> {
    await tx.execute(sql`
      select 1 from environments where organization_id = ${organizationId}::uuid and name = ${name} for no key update`);
    await tx.execute(sql`
      update environments e set active_deployment_id =
        (select d.id from deployments d where d.id = ${sql.raw(EXPECTED)} and d.state = 'success')
      where e.organization_id = ${organizationId}::uuid and e.name = ${name}`);
  }

  private ask<T>(query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return persistently(() =>
      this.postgres.liveness.run(() => query(this.postgres.sql), 'deployments.pointers'),
    );
  }
}
