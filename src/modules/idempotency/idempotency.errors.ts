import { Conflict, Invalid, Malformed } from '../../common/errors/kinds.js';

export class IdempotencyKeyMalformed extends Malformed {
  override code = 'idempotency.malformed_key';

  constructor() {
    super('Idempotency-Key must have 1 to 255 printable ASCII characters.', {
      errors: [
        { path: 'Idempotency-Key', code: 'malformed', message: '1 to 255 printable ASCII characters.' },
      ],
    });
  }
}

export class IdempotencyKeyReused extends Invalid {
  override code = 'idempotency.key_reused';

  constructor() {
    super(
      [{ path: 'Idempotency-Key', code: 'reused', message: 'This key was used for another request.' }],
      'The same Idempotency-Key came with another payload.',
    );
  }
}

export class IdempotentRequestUnderWay extends Conflict {
  readonly code = 'idempotency.under_way';

  constructor() {
    super('The first request with this Idempotency-Key is still under way.', {
      headers: { 'retry-after': '1' },
    });
  }
}
