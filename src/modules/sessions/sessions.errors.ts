import { Forbidden } from '../../common/errors/kinds.js';

/** Sessions and passwords are a person's; an API key has neither. */
export class SessionRequired extends Forbidden {
  override code = 'auth.session_required';

  constructor() {
    super('This needs a session: log in with POST auth/login.');
  }
}
