import { Module } from '@nestjs/common';

import { PlansController } from './plans.controller.js';
import { PlansDemo } from './plans.demo.js';
import { PlansReadModel } from './plans.pg.read-model.js';
import { PlansRepository } from './plans.pg.repository.js';
import { PlansService } from './plans.service.js';
import { SubscribersReadModel } from './subscribers.pg.read-model.js';

@Module({
  controllers: [PlansController],
  providers: [PlansDemo, PlansRepository, PlansReadModel, PlansService, SubscribersReadModel],
  exports: [PlansDemo, PlansReadModel, PlansService],
})
export class PlansModule {}
