import { Injectable } from '@nestjs/common';
import { and, asc, eq, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Environment } from './deployment.js';
import type { DeploymentState } from './deployment-state.js';
import { environments } from './deployments.table.js';

/** An organisation has tens of environments, so a list needs no pages. */
const MAX_ENVIRONMENTS = 1_000;

/** The environments of an organisation. */
@Injectable()
export class EnvironmentsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** By name. */
  list(orgId: string): Promise<Environment[]> {
    return this.postgres.run((db) =>
      db
        .select()
        .from(environments)
        .where(eq(environments.organizationId, orgId))
        .orderBy(asc(environments.name))
        .limit(MAX_ENVIRONMENTS),
    );
  }

  /**
   * Records the newest state and locks the environment until the end of `tx`, so that statuses of one environment are
   * added one after the other. Creates a new environment. Returns its previous values, except its state.
   */
  async lock(tx: Tx, orgId: string, name: string, lastState: DeploymentState): Promise<Environment> {
    const updatedAt = sql`clock_timestamp()`;
    const [row] = await tx
      .insert(environments)
      .values({ organizationId: orgId, name, lastState, updatedAt })
      .onConflictDoUpdate({
        target: [environments.organizationId, environments.name],
        set: { lastState, updatedAt },
      })
      .returning();
    if (!row) throw new Error('An upsert returned no row');
    return row;
  }

  async setActive(tx: Tx, orgId: string, name: string, activeDeploymentId: string | null): Promise<void> {
    await tx
      .update(environments)
      .set({ activeDeploymentId })
      .where(and(eq(environments.organizationId, orgId), eq(environments.name, name)));
  }
}
