import { Injectable, Logger } from '@nestjs/common';

import type { ConfigVersion } from './config.js';
import { checksumOf } from './config-checksum.js';
import { ChecksumMismatch } from './configs.errors.js';

/** Compares the content of a version with its checksum on every read from the store. */
@Injectable()
export class ConfigIntegrity {
  private readonly logger = new Logger(ConfigIntegrity.name);
  /** How many versions this process has refused to return. */
  mismatches = 0;

  /** Throws `ChecksumMismatch`. */
  assertIntact({ configId, version, content, checksum }: ConfigVersion): void {
    if (checksumOf(content) === checksum) return;
    this.mismatches += 1;
    this.logger.error(`Version ${version} of config ${configId} was changed behind the service's back`);
    throw new ChecksumMismatch(version);
  }
}
