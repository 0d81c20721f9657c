import { Module } from '@nestjs/common';

import { CurrentPasswordModule } from '../auth/current-password.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccountSecrets } from './account-secrets.service.js';
import { CachedAccountEraser } from './cached-account.eraser.js';
import { TimeZones } from './time-zones.service.js';
import { UsersController } from './users.controller.js';
import { UsersReadModel } from './users.pg.read-model.js';
import { UsersRepository } from './users.pg.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [CurrentPasswordModule, OrganizationsModule, SessionsModule],
  controllers: [UsersController],
  providers: [AccountSecrets, CachedAccountEraser, TimeZones, UsersRepository, UsersReadModel, UsersService],
  exports: [CachedAccountEraser, TimeZones, UsersReadModel, UsersService],
})
export class UsersModule {}
