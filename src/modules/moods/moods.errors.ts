import { Conflict, Invalid, Malformed } from '../../common/errors/kinds.js';

export const MAX_CATEGORIES = 200;

export class MoodCategoryTaken extends Conflict {
  readonly code = 'mood_categories.name_taken';

  constructor() {
    super('You have a category of this name, whatever its case.', {
      errors: [{ path: 'name', code: 'taken', message: 'Another category of yours has this name.' }],
    });
  }
}

export class TooManyMoodCategories extends Conflict {
  readonly code = 'mood_categories.too_many';

  constructor() {
    super(`A person has ${MAX_CATEGORIES} mood categories at the most.`);
  }
}

export class UnknownMoodCategory extends Invalid {
  override code = 'moods.unknown_category';

  constructor() {
    super([{ path: 'category_id', code: 'unknown', message: 'You have no such mood category.' }]);
  }
}

/** Its deletion is not finished, or another request was faster. */
export class MoodIdTaken extends Conflict {
  readonly code = 'moods.id_taken';

  constructor() {
    super('A mood of this id is being written or deleted. Try again shortly.', {
      headers: { 'retry-after': '5' },
    });
  }
}

export class EmptyDateRange extends Malformed {
  override code = 'moods.empty_range';

  constructor() {
    const message = '`date_from` must not be after `date_to`.';
    super(message, { errors: [{ path: 'date_from', code: 'empty_range', message }] });
  }
}

/** 400: the range is too large for one answer. */
export class DateRangeTooLarge extends Malformed {
  override code = 'moods.range_too_large';

  constructor(message: string) {
    super(message, { errors: [{ path: 'date_from', code: 'range_too_large', message }] });
  }
}
