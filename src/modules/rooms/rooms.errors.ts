import { Conflict, Invalid, NotFound, TooManyRequests } from '../../common/errors/kinds.js';

export class NoSuchRoom extends NotFound {
  override code = 'rooms.not_found';

  constructor() {
    super('There is no such room.');
  }
}

export class NoSuchMessage extends NotFound {
  override code = 'rooms.message_not_found';

  constructor() {
    super('There is no such message.');
  }
}

export class NoSuchRoomMember extends NotFound {
  override code = 'rooms.member_not_found';

  constructor() {
    super('There is no such member of the room.');
  }
}

export class NotOfOrganization extends Invalid {
  override code = 'rooms.not_of_organization';

  constructor(paths: readonly string[]) {
    super(
      paths.map((path) => ({
        path,
        code: 'not_of_organization',
        message: 'is no member of the organisation',
      })),
    );
  }
}

export class NotTwoPeople extends Invalid {
  override code = 'rooms.not_two_people';

  constructor() {
    super([
      { path: 'member_ids', code: 'not_two_people', message: 'must name one other person in a direct room' },
    ]);
  }
}

export class TooManyMembers extends Conflict {
  readonly code = 'rooms.too_many_members';

  constructor(max: number) {
    super(`A room has at most ${max} members.`);
  }
}

export class DirectRoomIsFixed extends Conflict {
  readonly code = 'rooms.direct_is_fixed';

  constructor() {
    super('The two members of a direct room stay the same. Make a group room instead.');
  }
}

export class AlreadyInRoom extends Conflict {
  readonly code = 'rooms.already_member';

  constructor() {
    super('This person is a member of the room already.');
  }
}

export class MessageChanged extends Conflict {
  readonly code = 'rooms.message_changed';

  constructor() {
    super('The message is being changed by other requests. Read it again and repeat the change.');
  }
}

export class MessageDeleted extends Conflict {
  readonly code = 'rooms.message_deleted';

  constructor() {
    super('The message is deleted.');
  }
}

export class TooManyVersions extends Conflict {
  readonly code = 'rooms.too_many_versions';

  constructor(max: number) {
    super(`A message is edited at most ${max} times. Write a new one.`);
  }
}

/** The same `client_id`, or `Idempotency-Key`, was sent with other content. */
export class ClientIdReused extends Invalid {
  override code: string;

  constructor(path: 'client_id' | 'Idempotency-Key') {
    super(
      [{ path, code: 'reused', message: 'This was used for another message.' }],
      `The same ${path} came with another message.`,
    );
    this.code = path === 'client_id' ? 'rooms.client_id_reused' : 'idempotency.key_reused';
  }
}

export class TooManyMessages extends TooManyRequests {
  override code = 'rooms.too_many_messages';

  constructor(retryAfterSeconds: number) {
    super(retryAfterSeconds, 'You have sent too many messages. Wait a moment.');
  }
}
