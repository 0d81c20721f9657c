import { Conflict } from '../../common/errors/kinds.js';

export class SlugTaken extends Conflict {
  readonly code = 'organizations.slug_taken';

  constructor() {
    super('Another organisation has this slug.', {
      errors: [{ path: 'slug', code: 'taken', message: 'Another organisation has this slug.' }],
    });
  }
}

/** An organisation has at least one owner. */
export class LastOwner extends Conflict {
  readonly code = 'organizations.last_owner';

  constructor() {
    super('This is the last owner of an organisation. Make somebody else an owner of it first.');
  }
}

export class AlreadyMember extends Conflict {
  readonly code = 'organizations.already_member';

  constructor() {
    super('This account belongs to the organisation already.');
  }
}

/** The organisation still manages accounts, which would be left without a managing organisation. */
export class OrganizationNotEmpty extends Conflict {
  readonly code = 'organizations.not_empty';

  constructor() {
    super('The organisation still manages accounts. Delete them first.');
  }
}

/** A membership in the managing organisation ends with the account, not before it. */
export class ManagedAccount extends Conflict {
  readonly code = 'organizations.managed_account';

  constructor() {
    super('This organisation manages the account. Delete the account instead.');
  }
}
