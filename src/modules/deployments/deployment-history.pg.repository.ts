import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';

/** Moves demonstration data into the past. The service itself never changes a moment. */
@Injectable()
export class DeploymentHistory {
  constructor(private readonly postgres: Postgres) {}

  /** Moves a deployment and its statuses so that it began at `at`. The intervals between its moments stay. */
  async setBack(orgId: string, id: string, at: Date): Promise<void> {
    const begin = at.toISOString();
    await this.postgres.transaction(async (tx) => {
      await tx.execute(sql`
        update deployment_statuses s
        set created_at = s.created_at - (d.created_at - ${begin}::timestamptz)
        from deployments d where d.id = s.deployment_id and d.organization_id = ${orgId}::uuid and d.id = ${id}::uuid`);
      await tx.execute(sql`
        update deployments d set
          created_at = ${begin}::timestamptz,
          updated_at = d.updated_at - (d.created_at - ${begin}::timestamptz),
          deadline_at = d.deadline_at - (d.created_at - ${begin}::timestamptz),
          succeeded_at = d.succeeded_at - (d.created_at - ${begin}::timestamptz)
        where d.organization_id = ${orgId}::uuid and d.id = ${id}::uuid`);
    });
  }
}
