import { DomainError } from '../../common/errors/domain-error.js';

/** The stored content was changed in the database without the service. */
export class ChecksumMismatch extends DomainError {
  readonly status = 500;
  readonly code = 'configs.checksum_mismatch';

  constructor(version: number) {
    super(`The content of version ${version} is not the one that was stored.`);
  }
}
