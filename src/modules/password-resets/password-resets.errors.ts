import { Invalid } from '../../common/errors/kinds.js';

/** The token is unknown, used or expired, or the password was changed meanwhile. Clients cannot distinguish these. */
export class ResetNotUsable extends Invalid {
  override code = 'auth.reset_not_usable';

  constructor() {
    super([{ path: 'token', code: 'not_usable', message: 'is unknown, used, or has expired' }]);
  }
}
