import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { etagOf, matchesNone } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { streamed } from '../../common/http/streamed.js';
import { type ByteRange, rangeOf } from './byte-range.js';
import type { ExportFormat } from './export-request.js';
import { RangeNotSatisfiable } from './exports.errors.js';
import { ExportsService } from './exports.service.js';
import { PrivateFiles } from './files/private-files.service.js';

const TYPES: Readonly<Record<ExportFormat, { type: string; ending: string }>> = {
  json: { type: 'application/json; charset=utf-8', ending: 'json' },
  markdown: { type: 'application/zip', ending: 'zip' },
};

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** Sends files of exports, whole or in part. */
@Injectable()
export class ExportDownloads {
  constructor(
    private readonly exports: ExportsService,
    private readonly files: PrivateFiles,
  ) {}

  /** Undefined: the client has it already (304). Throws `ExportNotFound`, `ExportNotReady`, `RangeNotSatisfiable`, `FileGone`. */
  async send(
    actor: Principal,
    id: string,
    headers: RequestHeaders,
    reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { request, file } = await this.exports.finished(actor, id);
    // A file is written once: its id names its bytes.
    const etag = etagOf(file.id);
    void reply.headers({ etag, 'accept-ranges': 'bytes' });
    if (matchesNone(headers['if-none-match'] ?? '', etag)) {
      void reply.status(304);
      return undefined;
    }
    const { start, end } = this.partOf(headers, etag, file.size, reply);
    void reply.header('content-length', end - start);
    const { type, ending } = TYPES[request.format];
    const filename = `triptych-${request.createdAt.toISOString().slice(0, 10)}.${ending}`;
    return streamed(reply, { type, filename }, () => this.files.read(actor, file, start, end));
  }

  private partOf(headers: RequestHeaders, etag: string, size: number, reply: FastifyReply): ByteRange {
    const condition = headers['if-range'];
    // Another version than the one that the client has a part of: the whole of this one (RFC 9110, section 13.1.5).
    const isAsked = condition === undefined || condition.trim() === etag;
    const range = rangeOf(isAsked ? headers['range'] : undefined, size);
    if (range === 'unsatisfiable') throw new RangeNotSatisfiable(size);
    if (range === 'whole') return { start: 0, end: size };
    void reply.status(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`);
    return range;
  }
}
