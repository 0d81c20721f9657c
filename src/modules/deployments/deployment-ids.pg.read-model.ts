import { Injectable } from '@nestjs/common';
import { inArray } from 'drizzle-orm';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { deployments } from './deployments.table.js';

/** Looks up deployments for documents in MongoDB that refer to them. */
@Injectable()
export class DeploymentIdsReadModel {
  constructor(private readonly postgres: Postgres) {}

  /** The organisation of each existing deployment. */
  async known(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await persistently(() =>
      this.postgres.run((db) =>
        db
          .select({ id: deployments.id, orgId: deployments.organizationId })
          .from(deployments)
          .where(inArray(deployments.id, [...new Set(ids)])),
      ),
    );
    return new Map(rows.map(({ id, orgId }) => [id, orgId]));
  }
}
