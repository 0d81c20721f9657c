import { Module } from '@nestjs/common';

import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { UsersModule } from '../users/users.module.js';
import { PromptChoice } from './prompt-choice.pg.read-model.js';
import { PromptSetsRetention } from './prompt-sets-retention.job.js';
import { PromptSetsController } from './prompt-sets.controller.js';
import { PromptSetsRepository } from './prompt-sets.mongo.repository.js';
import { PromptSets } from './prompt-sets.service.js';
import { PromptsController } from './prompts.controller.js';
import { PromptsDemo } from './prompts.demo.js';
import { PromptsReadModel } from './prompts.pg.read-model.js';
import { PromptsRepository } from './prompts.pg.repository.js';
import { PromptsService } from './prompts.service.js';

@Module({
  imports: [IdempotencyModule, UsersModule],
  // The routes of today's set come first, because `today` is no id.
  controllers: [PromptSetsController, PromptsController],
  providers: [
    PromptChoice,
    PromptSets,
    PromptSetsRepository,
    PromptSetsRetention,
    PromptsDemo,
    PromptsReadModel,
    PromptsRepository,
    PromptsService,
  ],
  exports: [PromptsDemo, PromptsReadModel],
})
export class PromptsModule {}
