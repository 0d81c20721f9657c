import { Injectable } from '@nestjs/common';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Postgres } from '../../stores/postgres/postgres.js';

const BATCH = 200;

/** A version as stored in the table. */
export interface StoredVersion {
  organizationId: string;
  name: string;
  configId: string;
  version: number;
  content: string;
  checksum: string;
}

/** Reads every version of every config, to compare it with its checksum. */
@Injectable()
export class StoredVersions {
  constructor(private readonly postgres: Postgres) {}

  /** `since`: only versions of configs that have changed since then. */
  async *batches(since = new Date(0)): AsyncGenerator<StoredVersion[]> {
    let after = { configId: '00000000-0000-0000-0000-000000000000', version: 0 };
    for (;;) {
      const { configId, version } = after;
      const rows = await persistently(() =>
        this.postgres.liveness.run(
          () => this.postgres.sql<StoredVersion[]>`
            select c.organization_id as "organizationId", c.name, v.config_id as "configId", v.version, v.content, v.checksum
            from config_versions v join configs c on c.id = v.config_id
            where (v.config_id, v.version) > (${configId}::uuid, ${version}::int)
              and c.updated_at >= ${since.toISOString()}::timestamptz
            order by v.config_id, v.version limit ${BATCH}`,
          'configs.stored_versions',
        ),
      );
      const last = rows.at(-1);
      if (!last) return;
      yield [...rows];
      after = last;
    }
  }
}
