import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SYSTEM } from '../exports/exports.events.js';
import type { ImportProgress, ImportRequest } from './import-request.js';
import { ImportRequestsRepository } from './import-requests.pg.repository.js';
import { importChanged } from './imports.events.js';

/** Another run has begun since. */
export class RunReplaced extends Error {}

/** What a run of the job says of its request in PostgreSQL. A run that another one has replaced changes nothing. */
@Injectable()
export class ImportRuns {
  constructor(
    private readonly postgres: Postgres,
    private readonly requests: ImportRequestsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Null where there is nothing to do any more. */
  begin(orgId: string, id: string): Promise<ImportRequest | null> {
    return this.requests.begin(orgId, id, newId());
  }

  /** Throws `RunReplaced`. */
  async progress(request: ImportRequest, progress: ImportProgress): Promise<void> {
    if (!(await this.requests.progress(request, progress))) throw new RunReplaced();
  }

  /** Throws `RunReplaced`. */
  complete(request: ImportRequest, { counts, report }: ImportProgress): Promise<void> {
    return this.end(request, 'completed', null, { counts, report, percent: 100 });
  }

  /** Throws `RunReplaced`. */
  fail(request: ImportRequest, code: string): Promise<void> {
    return this.end(request, 'failed', code, {});
  }

  private end(
    request: ImportRequest,
    state: 'completed' | 'failed',
    error: string | null,
    progress: Partial<ImportProgress>,
  ): Promise<void> {
    return this.postgres.transaction(async (tx) => {
      const outcome = { ...progress, state, error, completedAt: this.clock.now() };
      const ended = await this.requests.end(tx, request, outcome);
      if (!ended) throw new RunReplaced();
      await this.outbox.add(tx, importChanged(SYSTEM, `import.${state}`, ended));
    });
  }
}
