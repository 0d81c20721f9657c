import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { ExportRequest } from './export-request.js';
import { ExportRequestsRepository } from './export-requests.pg.repository.js';
import { exportChanged, SYSTEM } from './exports.events.js';
import type { NewFile } from './files/private-file.js';

/** What a run of the job says of its request in PostgreSQL. A run that another one has replaced changes nothing. */
@Injectable()
export class ExportRuns {
  constructor(
    private readonly postgres: Postgres,
    private readonly requests: ExportRequestsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Null where there is nothing to do any more. */
  unfinished(orgId: string, id: string): Promise<ExportRequest | null> {
    return this.requests.unfinished(orgId, id);
  }

  /** False where another run was faster. */
  begin({ organizationId, id, fileId }: ExportRequest, file: NewFile): Promise<boolean> {
    return this.requests.begin(organizationId, id, fileId, file);
  }

  /** False where another run has taken over. */
  progress({ organizationId, id }: ExportRequest, file: NewFile, percent: number): Promise<boolean> {
    return this.requests.progress(organizationId, id, file.id, percent);
  }

  /** False where another run has taken over. */
  complete({ organizationId, id }: ExportRequest, file: NewFile, size: number): Promise<boolean> {
    return this.postgres.transaction(async (tx) => {
      const done = await this.requests.complete(tx, organizationId, id, file.id, size, this.clock.now());
      if (!done) return false;
      await this.outbox.add(tx, exportChanged(SYSTEM, 'export.completed', done));
      return true;
    });
  }

  async fail({ organizationId, id }: ExportRequest, error: string): Promise<void> {
    await this.postgres.transaction(async (tx) => {
      const failed = await this.requests.fail(tx, organizationId, id, error);
      if (failed) await this.outbox.add(tx, exportChanged(SYSTEM, 'export.failed', failed));
    });
  }
}
