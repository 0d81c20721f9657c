import { Invalid } from '../../common/errors/kinds.js';

/** The token is unknown, used, expired, of another account or of another address. Clients cannot distinguish these. */
export class ConfirmationNotUsable extends Invalid {
  override code = 'auth.confirmation_not_usable';

  constructor() {
    super([{ path: 'token', code: 'not_usable', message: 'is unknown, used, or has expired' }]);
  }
}
