import { Module } from '@nestjs/common';

import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { FieldEncryptionModule } from '../field-encryption/field-encryption.module.js';
import { MoodsModule } from '../moods/moods.module.js';
import { PromptsModule } from '../prompts/prompts.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { UsersModule } from '../users/users.module.js';
import { EntryChanges } from './entry-changes.service.js';
import { EntryCountsAudit } from './entry-counts-audit.pg.read-model.js';
import { EntryCreation } from './entry-creation.service.js';
import { EntryDeletions } from './entry-deletions.job.js';
import { EntryPlaces } from './entry-places.service.js';
import { EntryReferences } from './entry-references.service.js';
import { EntryRemoval } from './entry-removal.service.js';
import { EntryReservationsReadModel } from './entry-reservations.pg.read-model.js';
import { EntryReservationsRepository } from './entry-reservations.pg.repository.js';
import { JournalAudit } from './journal-audit.mongo.repository.js';
import { JournalContentsCheck } from './journal-contents.check.js';
import { JournalCountsCheck } from './journal-counts.check.js';
import { JournalEntriesCheck } from './journal-entries.check.js';
import { JournalEntriesRepository } from './journal-entries.mongo.repository.js';
import { JournalController } from './journal.controller.js';
import { JournalTagsCheck } from './journal-tags.check.js';
import { JournalDemo } from './journal.demo.js';
import { JournalEraser } from './journal.eraser.js';
import { JournalService } from './journal.service.js';
import { PastEntries } from './past-entries.service.js';
import { StandingEntries } from './standing-entries.service.js';

@Module({
  imports: [EntitlementsModule, FieldEncryptionModule, MoodsModule, PromptsModule, TagsModule, UsersModule],
  controllers: [JournalController],
  providers: [
    EntryChanges,
    EntryCountsAudit,
    EntryCreation,
    EntryDeletions,
    EntryPlaces,
    EntryReferences,
    EntryRemoval,
    EntryReservationsReadModel,
    EntryReservationsRepository,
    JournalAudit,
    JournalContentsCheck,
    JournalCountsCheck,
    JournalDemo,
    JournalEntriesCheck,
    JournalEntriesRepository,
    JournalEraser,
    JournalService,
    JournalTagsCheck,
    PastEntries,
    StandingEntries,
  ],
  exports: [
    EntryCreation,
    JournalContentsCheck,
    JournalCountsCheck,
    JournalDemo,
    JournalEntriesCheck,
    JournalEraser,
    JournalService,
    JournalTagsCheck,
    PastEntries,
  ],
})
export class JournalModule {}
