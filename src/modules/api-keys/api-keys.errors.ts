import { Conflict, Forbidden, Invalid } from '../../common/errors/kinds.js';

/** A key that another key creates must not exceed the rights of its creator. */
export class BeyondParentKey extends Forbidden {
  override code = 'api_keys.beyond_parent';

  constructor(fields: readonly string[]) {
    super('A key cannot make a key that does more, or lasts longer, than itself.', {
      errors: fields.map((path) => ({
        path,
        code: 'beyond_parent',
        message: 'Goes beyond the key that asks.',
      })),
    });
  }
}

/** A scope names a resource that no feature has. */
export class UnknownResource extends Invalid {
  override code = 'api_keys.unknown_resource';

  constructor(indexes: readonly number[], resources: readonly string[]) {
    const message = `must be of one of these resources: ${resources.join(', ')}`;
    super(indexes.map((index) => ({ path: `scopes.${index}`, code: 'unknown_resource', message })));
  }
}

export class ExpiryInThePast extends Invalid {
  override code = 'api_keys.expiry_in_the_past';

  constructor() {
    super([{ path: 'expires_at', code: 'in_the_past', message: 'must be in the future' }]);
  }
}

/** A revoked key stays revoked. */
export class ApiKeyRevoked extends Conflict {
  readonly code = 'api_keys.revoked';

  constructor() {
    super('This key is revoked. Make a new one.');
  }
}

/** Of two concurrent rotations only one takes effect, so only its caller has the new secret. */
export class RotatedMeanwhile extends Conflict {
  readonly code = 'api_keys.rotated_meanwhile';

  constructor() {
    super('Another rotation of this key came first. Use the secret that it has given, or rotate again.');
  }
}
