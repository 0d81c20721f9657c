import { Forbidden, Invalid, TooManyRequests, Unauthenticated } from '../../common/errors/kinds.js';

/** Equal for an unknown account and for a wrong password. */
export class WrongCredentials extends Unauthenticated {
  override code = 'auth.wrong_credentials';

  constructor() {
    super('The account or the password is not right.');
  }
}

/** The account's password was imported in a form that cannot be checked. */
export class PasswordResetNeeded extends Unauthenticated {
  override code = 'auth.password_reset_needed';

  constructor() {
    super(
      'This account has no usable password: a reset is needed. Ask an admin of your organisation for one.',
    );
  }
}

export class TooManyAttempts extends TooManyRequests {
  override code = 'auth.too_many_attempts';

  constructor(retryAfterSeconds: number) {
    super(retryAfterSeconds, 'Too many failed attempts. Wait before you try again.');
  }
}

/** `X-Organization-Id` names an organisation that the caller does not belong to. */
export class NotAMember extends Forbidden {
  override code = 'auth.not_a_member';

  constructor() {
    super('You do not belong to the organisation that X-Organization-Id names.');
  }
}

export class CurrentPasswordWrong extends Invalid {
  override code = 'auth.current_password_wrong';

  constructor() {
    super([{ path: 'current_password', code: 'wrong', message: 'This is not the current password.' }]);
  }
}

/** A credential was sent, but it is malformed, unknown, revoked or expired. Clients cannot distinguish the four. */
export class InvalidCredential extends Unauthenticated {
  constructor() {
    super('The credential is not valid.', {
      headers: { 'www-authenticate': 'Bearer realm="triptych", error="invalid_token"' },
    });
  }
}
