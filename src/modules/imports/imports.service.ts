import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Scheduler } from '../../flows/scheduler/scheduler.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { type ImportRequest, noCounts } from './import-request.js';
import { ImportRequestsRepository } from './import-requests.pg.repository.js';
import { ImportNotFound, MAX_IMPORTS, TooManyImports } from './imports.errors.js';
import { importChanged } from './imports.events.js';
import { canImport, canReadImports } from './imports.policy.js';
import type { Upload } from './upload.js';

export const IMPORT_JOB = 'imports.run';

/** What the caller brings along. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly requests: ImportRequestsRepository,
    private readonly outbox: Outbox,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  /** Of a file that has arrived. Throws `TooManyImports`. */
  create(actor: Principal, upload: Upload, isDryRun: boolean): Promise<ImportRequest> {
    assertCan(canImport(actor));
    const { orgId, userId } = actor;
    const { file, format, expiresAt } = upload;
    const createdAt = this.clock.now();
    return this.postgres.transaction(async (tx) => {
      if ((await this.requests.countForUpdate(tx, orgId, userId)) >= MAX_IMPORTS) throw new TooManyImports();
      const request = await this.requests.insert(tx, {
        ...{ id: newId(), organizationId: orgId, userId, format, isDryRun, createdAt, expiresAt },
        ...{ fileId: file.id, fileKey: file.key, size: file.size, counts: noCounts() },
      });
      await this.outbox.add(tx, importChanged(actor, 'import.requested', request));
      await this.scheduler.at(tx, { job: IMPORT_JOB, orgId, key: request.id, at: createdAt });
      this.postgres.afterCommit(tx, () => {
        upload.isTaken = true;
        return Promise.resolve();
      });
      return request;
    });
  }

  /** Throws `ImportNotFound`. */
  async get(actor: Principal, id: string): Promise<ImportRequest> {
    assertCan(canReadImports(actor));
    const found = isId(id) ? await this.requests.find(actor.orgId, actor.userId, id, this.clock.now()) : null;
    if (!found) throw new ImportNotFound();
    return found;
  }
}
