import { Conflict, Forbidden, Invalid, Malformed } from '../../common/errors/kinds.js';

/** The plan allows no further entry. Existing entries stay. */
export class EntryLimitReached extends Forbidden {
  override code = 'journal.entry_limit_reached';

  constructor() {
    super('Your plan allows no further entry. Delete one, or change the plan.');
  }
}

/** A tag, a prompt or a mood that does not exist or belongs to another person. */
export class UnknownReferences extends Invalid {
  override code = 'journal.unknown_reference';

  constructor(paths: readonly string[]) {
    super(paths.map((path) => ({ path, code: 'unknown', message: 'There is no such record of yours.' })));
  }
}

export class EmptyEntry extends Invalid {
  override code = 'journal.empty_entry';

  constructor() {
    super([
      {
        path: 'content',
        code: 'empty',
        message: 'Write a title or a content, or give a photo, a voice note or an answer to a prompt.',
      },
    ]);
  }
}

/** The search could not find an entry by all of them. */
export class TooManyWords extends Invalid {
  override code = 'journal.too_many_words';

  constructor() {
    super([
      { path: 'content', code: 'too_many_words', message: 'has more different words than an entry may have' },
    ]);
  }
}

/** Its deletion is not finished in every store, or another request was faster. Later the id can be taken again. */
export class EntryIdTaken extends Conflict {
  code = 'journal.id_taken';

  constructor() {
    super('An entry of this id is being written or deleted. Try again shortly.', {
      headers: { 'retry-after': '5' },
    });
  }
}

export class SearchWithoutWords extends Malformed {
  override code = 'journal.search_without_words';

  constructor() {
    super('There is no word to search for.', {
      errors: [{ path: 'q', code: 'no_words', message: 'must have at least one word' }],
    });
  }
}

export class TooManyEntryWriters extends Conflict {
  code = 'journal.too_many_writers';

  constructor() {
    super('Other writers were faster every time. Try again.', { headers: { 'retry-after': '1' } });
  }
}
