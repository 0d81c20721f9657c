import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Unavailable } from '../../common/errors/kinds.js';
import { type DueJob, type IdempotentJob, ScheduledJob } from '../../flows/scheduler/scheduled-job.js';
import type { PrivateFile } from '../exports/files/private-file.js';
import { PrivateFiles } from '../exports/files/private-files.service.js';
import type { ImportRequest } from './import-request.js';
import { ImportRuns, RunReplaced } from './import-runs.service.js';
import { ImportWork } from './import-work.service.js';
import { UnreadableFile } from './imports.errors.js';
import { IMPORT_JOB } from './imports.service.js';
import type { ImportSource } from './reading/import-source.js';
import { JsonSource } from './reading/json-source.js';
import { ZipSource } from './reading/zip-source.js';

/** After so many failures it has failed. */
const ATTEMPTS = 5;

/** Imports a file. A run that was cut short is gone on with where it was; the file goes once all of it is imported. */
@ScheduledJob()
@Injectable()
export class RunImport implements IdempotentJob<undefined> {
  readonly name = IMPORT_JOB;
  readonly kind = 'idempotent';
  readonly payload = z.undefined();
  readonly timeoutMs = 3_600_000;

  constructor(
    private readonly runs: ImportRuns,
    private readonly files: PrivateFiles,
    private readonly work: ImportWork,
  ) {}

  async run({ orgId, key, attempts, signal }: DueJob<undefined>): Promise<void> {
    const request = await this.runs.begin(orgId, key);
    if (!request) return;
    try {
      await this.runs.complete(request, await this.work.run(request, this.sourceOf(request), signal));
    } catch (error) {
      if (error instanceof RunReplaced) return;
      const isTemporary = error instanceof Unavailable || signal.aborted;
      if (error instanceof UnreadableFile) await this.runs.fail(request, error.code);
      else if (attempts + 1 >= ATTEMPTS && !isTemporary) await this.runs.fail(request, 'imports.failed');
      else throw error;
    }
    await this.files.remove(ownerOf(request), request.fileId);
  }

  private sourceOf(request: ImportRequest): ImportSource {
    const { fileId: id, fileKey: key, size } = request;
    const file: PrivateFile = { id, key, size };
    const read = (start?: number, end?: number) => this.files.read(ownerOf(request), file, start, end);
    return request.format === 'json' ? new JsonSource(() => read()) : new ZipSource(read, size);
  }
}

const ownerOf = ({ organizationId: orgId, userId }: ImportRequest) => ({ orgId, userId });
