import { DomainError } from '../../common/errors/domain-error.js';

/** A stored value was changed, or was moved: it was encrypted for another user, record or field. */
export class Undecryptable extends DomainError {
  readonly status = 500;
  readonly code = 'encryption.undecryptable';

  constructor() {
    super('A stored value cannot be decrypted where it stands.');
  }
}

/** `FIELD_ENCRYPTION_KEYS` lacks a key that still wraps data keys. */
export class WrappingKeyMissing extends DomainError {
  readonly status = 500;
  readonly code = 'encryption.key_missing';
  /** For commands. */
  readonly why = 'FIELD_ENCRYPTION_KEYS lacks a key that content is encrypted with';
  readonly remedies = ['set FIELD_ENCRYPTION_KEYS as the service has it'];

  constructor(id: string) {
    super(`The key ${JSON.stringify(id)} is not in the key ring of this service.`);
  }
}

/** A data key was changed in the database without the service, or the ring has another key under the same id. */
export class DataKeyUnreadable extends DomainError {
  readonly status = 500;
  readonly code = 'encryption.data_key_unreadable';

  constructor() {
    super('The key of this content cannot be read.');
  }
}
