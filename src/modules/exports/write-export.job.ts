import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Unavailable } from '../../common/errors/kinds.js';
import { Clock } from '../../common/time/clock.js';
import { type DueJob, type IdempotentJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import { asOwner } from './as-owner.js';
import { ExportProgress } from './export-progress.js';
import type { ExportRequest } from './export-request.js';
import { ExportRuns } from './export-runs.service.js';
import { EXPORT_JOB } from './exports.service.js';
import type { NewFile } from './files/private-file.js';
import { PrivateFiles } from './files/private-files.service.js';
import { jsonDocument } from './writing/json-document.js';
import { markdownArchive } from './writing/markdown-archive.js';
import { OwnRecords } from './writing/own-records.service.js';

/** After so many failures the person is told that it failed. The scheduler keeps the job among the dead letters a little later. */
const ATTEMPTS = 5;

/** Another run has begun since: what this one writes is of no use. */
class RunReplaced extends Error {}

/**
 * Writes the file of an export. A run that was cut short is repeated from the beginning, into another file: only the file of
 * the run that completes the request is ever served.
 */
@ScheduledJob()
@Injectable()
export class WriteExport implements IdempotentJob<undefined> {
  readonly name = EXPORT_JOB;
  readonly kind = 'idempotent';
  readonly payload = z.undefined();
  readonly timeoutMs = 3_600_000;

  constructor(
    private readonly runs: ExportRuns,
    private readonly files: PrivateFiles,
    private readonly records: OwnRecords,
    private readonly progress: ExportProgress,
    private readonly clock: Clock,
  ) {}

  async run({ orgId, key, attempts, signal }: DueJob<undefined>): Promise<void> {
    const request = await this.runs.unfinished(orgId, key);
    if (!request) return;
    try {
      await this.attempt(request, signal);
    } catch (error) {
      const isLast = attempts + 1 >= ATTEMPTS && !(error instanceof Unavailable) && !signal.aborted;
      if (isLast) await this.runs.fail(request, 'exports.failed');
      throw error;
    }
  }

  private async attempt(request: ExportRequest, signal: AbortSignal): Promise<void> {
    const owner = { orgId: request.organizationId, userId: request.userId };
    const file = await this.files.begin(owner);
    if (!(await this.runs.begin(request, file))) return;
    // What a run before this one has left.
    if (request.fileId !== null) await this.files.remove(owner, request.fileId);
    try {
      const source = this.sourceOf(request, file, signal);
      const { size } = await this.files.write(owner, file, source, request.expiresAt);
      if (await this.runs.complete(request, file, size)) return;
    } catch (error) {
      if (!(error instanceof RunReplaced)) throw error;
    }
    await this.files.remove(owner, file.id);
  }

  private async *sourceOf(
    request: ExportRequest,
    file: NewFile,
    signal: AbortSignal,
  ): AsyncGenerator<string | Uint8Array> {
    const actor = asOwner({ orgId: request.organizationId, userId: request.userId });
    const sections = this.progress.of(actor, this.records.sections(actor), async (percent) => {
      signal.throwIfAborted();
      if (!(await this.runs.progress(request, file, percent))) throw new RunReplaced();
    });
    const write = request.format === 'json' ? jsonDocument : markdownArchive;
    yield* write(this.clock.now(), sections);
  }
}
