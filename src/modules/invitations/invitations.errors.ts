import { Conflict, Forbidden, Invalid } from '../../common/errors/kinds.js';

/** The token is unknown, used, revoked or expired. Clients cannot distinguish these. */
export class InvitationNotUsable extends Invalid {
  override code = 'invitations.not_usable';

  constructor() {
    super([{ path: 'token', code: 'not_usable', message: 'is unknown, used, or has expired' }]);
  }
}

/** The address of the account was changed, and its person has not confirmed it. */
export class AddressNotConfirmed extends Forbidden {
  override code = 'invitations.address_not_confirmed';

  constructor() {
    super(
      'Confirm your e-mail address first: an admin of the organisation that manages your account issues a token.',
    );
  }
}

export class TooManyInvitations extends Conflict {
  readonly code = 'invitations.too_many';

  constructor(limit: number) {
    super(`An organisation has at most ${limit} open invitations.`);
  }
}
