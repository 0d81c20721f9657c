import { Injectable } from '@nestjs/common';

import type { Position } from '../../../common/http/page.js';
import type { Principal } from '../../../common/http/principal.js';
import { Clock } from '../../../common/time/clock.js';
import { toFocusSessionResponse } from '../../focus-sessions/focus-session.response.js';
import { FocusSessionsService } from '../../focus-sessions/focus-sessions.service.js';
import { toEntryResponse } from '../../journal/journal-entry.response.js';
import { JournalService } from '../../journal/journal.service.js';
import { MoodCategoriesService } from '../../moods/mood-categories.service.js';
import { toMoodCategoryResponse } from '../../moods/mood-category.response.js';
import { toMoodResponse } from '../../moods/mood.response.js';
import { MoodsService } from '../../moods/moods.service.js';
import { toTagResponse } from '../../tags/tag.response.js';
import { TagsService } from '../../tags/tags.service.js';
import type { Section } from './section.js';

const PAGE = 200;

/** Everything that a person has, page by page. */
@Injectable()
export class OwnRecords {
  constructor(
    private readonly journal: JournalService,
    private readonly moods: MoodsService,
    private readonly categories: MoodCategoriesService,
    private readonly tags: TagsService,
    private readonly sessions: FocusSessionsService,
    private readonly clock: Clock,
  ) {}

  async *sections(actor: Principal): AsyncGenerator<Section> {
    const { tags, categories, moods, sessions } = this;
    yield {
      name: 'tags',
      records: walk((after: string | null) => tags.list(actor, PAGE, after), byId, toTagResponse),
    };
    yield {
      name: 'mood_categories',
      records: walk(
        (after: string | null) => categories.list(actor, PAGE, after),
        byId,
        toMoodCategoryResponse,
      ),
    };
    yield {
      name: 'moods',
      records: walk(
        (after: Position | null) => moods.list(actor, {}, PAGE, after),
        ({ recorded_at: at, _id: id }) => ({ at, id }),
        toMoodResponse,
      ),
    };
    yield {
      name: 'focus_sessions',
      records: walk(
        (after: string | null) => sessions.list(actor, {}, PAGE, after),
        ({ _id }) => _id,
        (session) => toFocusSessionResponse(session, this.clock.now()),
      ),
    };
    yield { name: 'entries', records: this.entries(actor) };
  }

  private async *entries(actor: Principal): AsyncGenerator<object> {
    let after: Position | null = null;
    do {
      const page: Awaited<ReturnType<JournalService['list']>> = await this.journal.list(
        actor,
        { limit: PAGE },
        after,
      );
      yield* page.entries.map(toEntryResponse);
      after = page.next;
    } while (after);
  }
}

const byId = ({ id }: { id: string }): string => id;

/** The records of a list, newest first. `read` gives one more than a page where there is one. */
async function* walk<Item, After>(
  read: (after: After | null) => Promise<Item[]>,
  positionOf: (item: Item) => After,
  shown: (item: Item) => object,
): AsyncGenerator<object> {
  let after: After | null = null;
  for (;;) {
    const found: Item[] = await read(after);
    const page: Item[] = found.slice(0, PAGE);
    yield* page.map(shown);
    const last = page.at(-1);
    if (last === undefined || found.length <= PAGE) return;
    after = positionOf(last);
  }
}
