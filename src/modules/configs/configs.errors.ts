import { DomainError } from '../../common/errors/domain-error.js';

/** What the store holds is not what was put: it was changed behind the service's back. */
export class ChecksumMismatch extends DomainError {
  readonly status = 500;
  readonly code = 'configs.checksum_mismatch';

  constructor(version: number) {
    super(`The content of version ${version} is not the one that was stored.`);
  }
}
