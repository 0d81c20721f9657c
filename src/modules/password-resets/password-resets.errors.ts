import { Invalid } from '../../common/errors/kinds.js';

/** Unknown, used, expired, or overtaken by another password: the four are not told apart. */
export class ResetNotUsable extends Invalid {
  override code = 'auth.reset_not_usable';

  constructor() {
    super([{ path: 'token', code: 'not_usable', message: 'is unknown, used, or has expired' }]);
  }
}
