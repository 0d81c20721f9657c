import { Conflict } from '../../common/errors/kinds.js';

export const MAX_TAGS = 1_000;

export class TagNameTaken extends Conflict {
  readonly code = 'tags.name_taken';

  constructor() {
    super('You have a tag of this name, whatever its case.', {
      errors: [{ path: 'name', code: 'taken', message: 'Another tag of yours has this name.' }],
    });
  }
}

export class TooManyTags extends Conflict {
  readonly code = 'tags.too_many';

  constructor() {
    super(`A person has ${MAX_TAGS} tags at the most.`);
  }
}
