import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Scheduler } from '../../flows/scheduler/scheduler.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { type ExportRequest, fileOf, KEPT_MS } from './export-request.js';
import { ExportRequestsRepository } from './export-requests.pg.repository.js';
import type { CreateExportDto } from './exports.dto.js';
import { ExportNotFound, ExportNotReady, MAX_EXPORTS, TooManyExports } from './exports.errors.js';
import { exportChanged } from './exports.events.js';
import { canExport, canReadExports } from './exports.policy.js';
import type { PrivateFile } from './files/private-file.js';

export const EXPORT_JOB = 'exports.write';

/** What the caller has asked to take along. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly requests: ExportRequestsRepository,
    private readonly outbox: Outbox,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  /** Throws `TooManyExports`. */
  create(actor: Principal, { format }: CreateExportDto): Promise<ExportRequest> {
    assertCan(canExport(actor));
    const { orgId, userId } = actor;
    const createdAt = this.clock.now();
    return this.postgres.transaction(async (tx) => {
      if ((await this.requests.countForUpdate(tx, orgId, userId)) >= MAX_EXPORTS) throw new TooManyExports();
      const request = await this.requests.insert(tx, {
        ...{ id: newId(), organizationId: orgId, userId, format, createdAt },
        expiresAt: new Date(createdAt.getTime() + KEPT_MS),
      });
      await this.outbox.add(tx, exportChanged(actor, 'export.requested', request));
      await this.scheduler.at(tx, { job: EXPORT_JOB, orgId, key: request.id, at: createdAt });
      return request;
    });
  }

  /** Throws `ExportNotFound`. */
  async get(actor: Principal, id: string): Promise<ExportRequest> {
    assertCan(canReadExports(actor));
    const found = isId(id) ? await this.requests.find(actor.orgId, actor.userId, id, this.clock.now()) : null;
    if (!found) throw new ExportNotFound();
    return found;
  }

  /** Throws `ExportNotFound`, `ExportNotReady`. */
  async finished(actor: Principal, id: string): Promise<{ request: ExportRequest; file: PrivateFile }> {
    const request = await this.get(actor, id);
    const file = fileOf(request);
    if (!file) throw new ExportNotReady();
    return { request, file };
  }
}
