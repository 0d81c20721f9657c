import { Module } from '@nestjs/common';

import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { NotificationTemplatesController } from './notification-templates.controller.js';
import { NotificationTemplatesDemo } from './notification-templates.demo.js';
import { PartialsRepository } from './partials/partials.mongo.repository.js';
import { PartialsService } from './partials/partials.service.js';
import { TemplatePartialsController } from './partials/template-partials.controller.js';
import { PublishingService } from './publishing.service.js';
import { DraftLoader } from './rendering/draft-loader.service.js';
import { PublishedTemplates } from './rendering/published-templates.service.js';
import { RenderingController } from './rendering/rendering.controller.js';
import { RenderingService } from './rendering/rendering.service.js';
import { TemplateFilesController } from './template-files.controller.js';
import { TemplateVersionsController } from './template-versions.controller.js';
import { TemplateVersionsRepository } from './template-versions.mongo.repository.js';
import { TemplateWriter } from './template-writer.service.js';
import { TemplatesRepository } from './templates.mongo.repository.js';
import { TemplatesService } from './templates.service.js';

@Module({
  imports: [IdempotencyModule],
  controllers: [
    NotificationTemplatesController,
    TemplateVersionsController,
    TemplateFilesController,
    RenderingController,
    TemplatePartialsController,
  ],
  providers: [
    DraftLoader,
    NotificationTemplatesDemo,
    PartialsRepository,
    PartialsService,
    PublishedTemplates,
    PublishingService,
    RenderingService,
    TemplatesRepository,
    TemplatesService,
    TemplateVersionsRepository,
    TemplateWriter,
  ],
  exports: [NotificationTemplatesDemo],
})
export class NotificationTemplatesModule {}
