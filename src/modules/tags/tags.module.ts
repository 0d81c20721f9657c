import { Module } from '@nestjs/common';

import { TagsController } from './tags.controller.js';
import { TagsDemo } from './tags.demo.js';
import { TagsEraser } from './tags.eraser.js';
import { TagsReadModel } from './tags.pg.read-model.js';
import { TagsRepository } from './tags.pg.repository.js';
import { TagsService } from './tags.service.js';

@Module({
  controllers: [TagsController],
  providers: [TagsDemo, TagsEraser, TagsReadModel, TagsRepository, TagsService],
  exports: [TagsDemo, TagsEraser, TagsReadModel, TagsService],
})
export class TagsModule {}
