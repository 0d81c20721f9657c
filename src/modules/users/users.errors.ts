import { Conflict, Invalid } from '../../common/errors/kinds.js';

export class EmailTaken extends Conflict {
  readonly code = 'users.email_taken';

  constructor() {
    super('Another account has this e-mail address.', {
      errors: [{ path: 'email', code: 'taken', message: 'Another account has this e-mail address.' }],
    });
  }
}

export class UsernameTaken extends Conflict {
  readonly code = 'users.username_taken';

  constructor() {
    super('Another account has this username.', {
      errors: [{ path: 'username', code: 'taken', message: 'Another account has this username.' }],
    });
  }
}

/** `auth/password` asks for the current password. This route does not, so it is only for other people's accounts. */
export class OwnPasswordHere extends Invalid {
  override code = 'users.own_password';

  constructor() {
    super([
      { path: 'password', code: 'not_here', message: 'Change your own password with POST auth/password.' },
    ]);
  }
}

/** People log in with their own address, so a change of it requires the account's password. */
export class CurrentPasswordNeeded extends Invalid {
  override code = 'users.current_password_needed';

  constructor() {
    super([
      {
        path: 'current_password',
        code: 'required',
        message: 'Give your password to change your own e-mail address.',
      },
    ]);
  }
}
