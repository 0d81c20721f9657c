import { Injectable } from '@nestjs/common';
import { and, desc, eq, isNotNull, lt, ne, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { risingByClock } from '../../stores/postgres/columns.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import type { Deployment, DeploymentStatus, NewDeployment } from './deployment.js';
import type { DeploymentState } from './deployment-state.js';
import { deployments, deploymentStatuses } from './deployments.table.js';

/** Every condition that is given has to match. */
export interface DeploymentFilter {
  environment?: string | undefined;
  state?: DeploymentState | undefined;
  ref?: string | undefined;
  sha?: string | undefined;
  created_by?: string | undefined;
}

/** The moment of a change: always later than the one before, whatever the clock says. */
const RISING = risingByClock(deployments.updatedAt);

/** Deployments and their statuses. Each list is served by the index of its filter: `deployments_<filter>_idx`. */
@Injectable()
export class DeploymentsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  async insert(tx: Tx, deployment: NewDeployment): Promise<Deployment> {
    const [row] = await tx.insert(deployments).values(deployment).returning();
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async find(orgId: string, id: string): Promise<Deployment | null> {
    const [row] = await this.postgres.run((db) => db.select().from(deployments).where(isOne(orgId, id)));
    return row ?? null;
  }

  async findWithin(tx: Tx, orgId: string, id: string): Promise<Deployment | null> {
    const [row] = await tx.select().from(deployments).where(isOne(orgId, id));
    return row ?? null;
  }

  /** Newest first. */
  list(
    orgId: string,
    filter: DeploymentFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<Deployment[]> {
    const { created_by: createdBy, ...others } = filter;
    const given = Object.entries({ ...others, createdBy }).filter(([, value]) => value !== undefined);
    return this.replica.run((db) =>
      db
        .select()
        .from(deployments)
        .where(
          and(
            eq(deployments.organizationId, orgId),
            ...given.map(([name, value]) => eq(deployments[name as 'ref'], String(value))),
            idBelow(deployments.id, beforeId),
          ),
        )
        .orderBy(desc(deployments.id))
        .limit(limit),
    );
  }

  /** Moves a deployment that is still in `from`. Null if another request has moved it meanwhile. */
  async move(
    tx: Tx,
    orgId: string,
    id: string,
    from: DeploymentState,
    to: DeploymentState,
  ): Promise<Deployment | null> {
    const [row] = await tx
      .update(deployments)
      .set({ state: to, updatedAt: RISING, ...(to === 'success' && { succeededAt: sql`clock_timestamp()` }) })
      .where(and(isOne(orgId, id), eq(deployments.state, from)))
      .returning();
    return row ?? null;
  }

  /** Makes every other success of the environment inactive, and returns them. */
  retireOthers(tx: Tx, { organizationId: orgId, environment, id }: Deployment): Promise<Deployment[]> {
    return tx
      .update(deployments)
      .set({ state: 'inactive', updatedAt: RISING })
      .where(
        and(
          eq(deployments.organizationId, orgId),
          eq(deployments.environment, environment),
          eq(deployments.state, 'success'),
          ne(deployments.id, id),
        ),
      )
      .returning();
  }

  /**
   * The last deployment of the environment that succeeded before this one succeeded, or, if it did not, before it was
   * created.
   */
  async successBefore(tx: Tx, deployment: Deployment): Promise<Deployment | null> {
    const [row] = await tx
      .select()
      .from(deployments)
      .where(
        and(
          eq(deployments.organizationId, deployment.organizationId),
          eq(deployments.environment, deployment.environment),
          isNotNull(deployments.succeededAt),
          lt(deployments.succeededAt, deployment.succeededAt ?? deployment.createdAt),
          ne(deployments.id, deployment.id),
        ),
      )
      .orderBy(desc(deployments.succeededAt), desc(deployments.id))
      .limit(1);
    return row ?? null;
  }

  async addStatus(
    tx: Tx,
    orgId: string,
    status: Omit<DeploymentStatus, 'createdAt'>,
  ): Promise<DeploymentStatus> {
    const createdAt = sql`clock_timestamp()`;
    const [row] = await tx
      .insert(deploymentStatuses)
      .values({ ...status, organizationId: orgId, createdAt })
      .returning();
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  /** Newest first. The caller has checked that the deployment belongs to the organisation. */
  statuses(deploymentId: string, limit: number, beforeId: string | null): Promise<DeploymentStatus[]> {
    return this.postgres.run((db) =>
      db
        .select()
        .from(deploymentStatuses)
        .where(
          and(eq(deploymentStatuses.deploymentId, deploymentId), idBelow(deploymentStatuses.id, beforeId)),
        )
        .orderBy(desc(deploymentStatuses.id))
        .limit(limit),
    );
  }
}

const isOne = (orgId: string, id: string) =>
  and(eq(deployments.organizationId, orgId), eq(deployments.id, id));
