import type { Feature } from '../../feature.js';
import { JournalContentsCheck } from './journal-contents.check.js';
import { JournalCountsCheck } from './journal-counts.check.js';
import { JournalEntriesCheck } from './journal-entries.check.js';
import { JournalTagsCheck } from './journal-tags.check.js';
import { journalCollection } from './journal.collection.js';
import { JournalDemo } from './journal.demo.js';
import { JournalEraser } from './journal.eraser.js';
import { JOURNAL_EVENTS } from './journal.events.js';
import { JournalModule } from './journal.module.js';
import { journalProjection } from './journal.projection.js';

export const journal: Feature = {
  name: 'journal',
  about: 'What a person writes: encrypted at rest, and searchable.',
  module: JournalModule,
  events: JOURNAL_EVENTS,
  collections: [journalCollection],
  projections: [journalProjection],
  checks: [JournalCountsCheck, JournalEntriesCheck, JournalTagsCheck, JournalContentsCheck],
  erasers: [JournalEraser],
  demo: JournalDemo,
};
