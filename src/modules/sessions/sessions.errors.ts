import { Forbidden } from '../../common/errors/kinds.js';

/** Sessions and passwords belong to people; an API key has neither. */
export class SessionRequired extends Forbidden {
  override code = 'auth.session_required';

  constructor() {
    super('This needs a session: log in with POST auth/login.');
  }
}
