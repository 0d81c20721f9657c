import type { PrivateFile } from '../exports/files/private-file.js';
import type { ImportFormat } from './import-request.js';

/** A file that has arrived. */
export interface Upload {
  file: PrivateFile;
  format: ImportFormat;
  expiresAt: Date;
  /** An import has it now; else it goes with the request. */
  isTaken: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    upload?: Upload;
  }
}
