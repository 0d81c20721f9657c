import { Module } from '@nestjs/common';

import { PromptsController } from './prompts.controller.js';
import { PromptsDemo } from './prompts.demo.js';
import { PromptsReadModel } from './prompts.pg.read-model.js';
import { PromptsRepository } from './prompts.pg.repository.js';
import { PromptsService } from './prompts.service.js';

@Module({
  controllers: [PromptsController],
  providers: [PromptsDemo, PromptsReadModel, PromptsRepository, PromptsService],
  exports: [PromptsDemo, PromptsReadModel],
})
export class PromptsModule {}
