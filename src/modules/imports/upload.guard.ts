import { Readable } from 'node:stream';

import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { KEPT_MS } from '../exports/export-request.js';
import { PrivateFiles } from '../exports/files/private-files.service.js';
import {
  FileMissing,
  FileTooLarge,
  MAX_FILE_BYTES,
  UploadCutOff,
  UploadInProgress,
} from './imports.errors.js';
import { canImport } from './imports.policy.js';
import type { Upload } from './upload.js';

/**
 * Stores the file that arrives as the body. A guard, because it comes before `Idempotency-Key` is looked at: that compares the
 * digest of the file, which stands in place of the body from here on.
 */
@Injectable()
export class UploadGuard implements CanActivate {
  private readonly logger = new Logger(UploadGuard.name);
  /** Whose files are arriving at this instance. A slow upload lasts long, so each person has one at a time. */
  private readonly arriving = new Set<string>();

  constructor(
    private readonly files: PrivateFiles,
    private readonly clock: Clock,
  ) {}

  /** Throws `FileMissing`, `FileTooLarge`, `UploadCutOff`, `UploadInProgress`. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { principal, body } = request;
    if (!principal) return false;
    assertCan(canImport(principal));
    if (!(body instanceof Readable)) throw new FileMissing();
    if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES) throw new FileTooLarge();
    const person = `${principal.orgId}:${principal.userId}`;
    if (this.arriving.has(person)) throw new UploadInProgress();
    this.arriving.add(person);
    try {
      await this.take(principal, request, reply, body);
    } finally {
      this.arriving.delete(person);
    }
    return true;
  }

  private async take(
    principal: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    body: Readable,
  ): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + KEPT_MS);
    const file = await this.files.begin(principal);
    // Set before the file is written, so that what arrived of one that was cut off goes, too.
    const format = request.streamedType === 'application/zip' ? 'zip' : 'json';
    const upload: Upload = { file: { ...file, size: 0 }, format, expiresAt, isTaken: false };
    reply.raw.once('close', () => void this.forget(principal, upload));
    const { size, digest } = await this.files.write(principal, file, bounded(body), expiresAt);
    if (size === 0) throw new FileMissing();
    request.upload = Object.assign(upload, { file: { ...file, size } });
    request.body = { digest, size, format };
  }

  /** What remains of a failure here the retention of exports removes. */
  private async forget(owner: Principal, upload: Upload): Promise<void> {
    if (upload.isTaken) return;
    try {
      await this.files.remove(owner, upload.file.id);
    } catch (error) {
      this.logger.warn(`A file that no import has was not removed: ${String(error)}`);
    }
  }
}

async function* bounded(body: Readable): AsyncGenerator<Buffer> {
  let size = 0;
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const next = await chunks.next().catch(() => {
      throw new UploadCutOff();
    });
    if (next.done) return;
    size += next.value.length;
    if (size > MAX_FILE_BYTES) throw new FileTooLarge();
    yield next.value;
  }
}
