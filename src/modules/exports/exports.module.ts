import { Module } from '@nestjs/common';

import { EntitlementsModule } from '../entitlements/entitlements.module.js';
import { FieldEncryptionModule } from '../field-encryption/field-encryption.module.js';
import { FocusSessionsModule } from '../focus-sessions/focus-sessions.module.js';
import { JournalModule } from '../journal/journal.module.js';
import { MoodsModule } from '../moods/moods.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { ExpiredExports } from './expired-exports.pg.repository.js';
import { ExportDownloads } from './export-downloads.service.js';
import { ExportProgress } from './export-progress.js';
import { ExportRequestsRepository } from './export-requests.pg.repository.js';
import { ExportRuns } from './export-runs.service.js';
import { ExportsRetention } from './exports-retention.job.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { FileChunks } from './files/file-chunks.mongo.repository.js';
import { PrivateFiles } from './files/private-files.service.js';
import { WriteExport } from './write-export.job.js';
import { OwnRecords } from './writing/own-records.service.js';

@Module({
  imports: [
    EntitlementsModule,
    FieldEncryptionModule,
    FocusSessionsModule,
    JournalModule,
    MoodsModule,
    TagsModule,
  ],
  controllers: [ExportsController],
  providers: [
    ExpiredExports,
    ExportDownloads,
    ExportProgress,
    ExportRequestsRepository,
    ExportRuns,
    ExportsRetention,
    ExportsService,
    FileChunks,
    OwnRecords,
    PrivateFiles,
    WriteExport,
  ],
  exports: [PrivateFiles],
})
export class ExportsModule {}
