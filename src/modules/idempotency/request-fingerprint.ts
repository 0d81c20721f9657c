import { Injectable } from '@nestjs/common';

import { ServerKeys } from '../../config/server-keys.js';
import { canonicalRequest, type RepeatableRequest } from './canonical-request.js';

const PURPOSE = 'idempotency fingerprint';

/**
 * Decides whether two requests are the same: method, address and payload, whatever the order of its members.
 * Credentials are left out, and the rest is authenticated with a key of the server, so that the stored value reveals
 * nothing.
 */
@Injectable()
export class RequestFingerprint {
  constructor(private readonly keys: ServerKeys) {}

  of(request: RepeatableRequest): string {
    return this.keys.sign(PURPOSE, canonicalRequest(request));
  }

  matches(request: RepeatableRequest, fingerprint: string): boolean {
    return this.keys.isSigned(PURPOSE, canonicalRequest(request), fingerprint);
  }
}
