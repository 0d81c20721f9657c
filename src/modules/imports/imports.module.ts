import { Module } from '@nestjs/common';

import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { ExportsModule } from '../exports/exports.module.js';
import { FocusSessionsModule } from '../focus-sessions/focus-sessions.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { MoodsModule } from '../moods/moods.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { ExpiredImports } from './expired-imports.pg.repository.js';
import { ImportRequestsRepository } from './import-requests.pg.repository.js';
import { ImportRuns } from './import-runs.service.js';
import { ImportWork } from './import-work.service.js';
import { ImportsRetention } from './imports-retention.job.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { EntriesIntake } from './intake/entries.intake.js';
import { FocusSessionsIntake } from './intake/focus-sessions.intake.js';
import { ImportTargets } from './intake/import-targets.service.js';
import { Intakes } from './intake/intakes.js';
import { MoodCategoriesIntake } from './intake/mood-categories.intake.js';
import { MoodsIntake } from './intake/moods.intake.js';
import { TagsIntake } from './intake/tags.intake.js';
import { RunImport } from './run-import.job.js';
import { UploadGuard } from './upload.guard.js';

@Module({
  imports: [EntitlementsModule, ExportsModule, FocusSessionsModule, JournalModule, MoodsModule, TagsModule],
  controllers: [ImportsController],
  providers: [
    EntriesIntake,
    ExpiredImports,
    FocusSessionsIntake,
    ImportRequestsRepository,
    ImportRuns,
    ImportTargets,
    ImportWork,
    ImportsRetention,
    ImportsService,
    Intakes,
    MoodCategoriesIntake,
    MoodsIntake,
    RunImport,
    TagsIntake,
    UploadGuard,
  ],
})
export class ImportsModule {}
