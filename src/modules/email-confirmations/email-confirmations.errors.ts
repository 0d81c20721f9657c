import { Invalid } from '../../common/errors/kinds.js';

/** Unknown, used, expired, of another account or of another address: they are not told apart. */
export class ConfirmationNotUsable extends Invalid {
  override code = 'auth.confirmation_not_usable';

  constructor() {
    super([{ path: 'token', code: 'not_usable', message: 'is unknown, used, or has expired' }]);
  }
}
