import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { addDays, localDateOf } from '../../common/time/local-days.js';
import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { EntryCreation } from './entry-creation.service.js';
import { CreateEntryDto, ListEntriesQuery } from './journal.dto.js';
import { JournalService } from './journal.service.js';

const ENTRIES = [
  {
    daysAgo: 0,
    title: 'My Day',
    content: 'Today was amazing!',
    photos: [{ image_url: '/media/photo.jpg', caption: 'Sunset' }],
  },
  { daysAgo: 1, title: 'A quiet morning', content: 'Walked by the sea before work.', is_favorite: true },
  { daysAgo: 2, title: 'Release', content: 'The team shipped the new search. Proud.' },
  { daysAgo: 365, title: 'A year ago', content: 'First day with a journal.' },
] as const;

/** The entry of the guide's example, and some more. */
@Injectable()
export class JournalDemo implements DemoStep {
  constructor(
    private readonly journal: JournalService,
    private readonly creation: EntryCreation,
    private readonly clock: Clock,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    const { entries } = await this.journal.list(actor, ListEntriesQuery.schema.parse({ limit: 1 }), null);
    if (entries.length > 0) return [];
    const today = localDateOf(this.clock.now(), 'UTC');
    for (const { daysAgo, ...entry } of ENTRIES)
      await this.creation.create(
        actor,
        CreateEntryDto.schema.parse({ ...entry, entry_date: addDays(today, -daysAgo) }),
      );
    return [`${ENTRIES.length} journal entries`];
  }
}
