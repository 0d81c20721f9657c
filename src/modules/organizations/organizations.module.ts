import { Module } from '@nestjs/common';

import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.pg.repository.js';
import { MembersService } from './members.service.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.pg.repository.js';
import { OrganizationsService } from './organizations.service.js';
import { Ownership } from './ownership.js';
import { OwnersReadModel } from './owners.pg.read-model.js';

@Module({
  imports: [ApiKeysModule],
  controllers: [OrganizationsController, MembersController],
  providers: [
    OrganizationsRepository,
    MembersRepository,
    OwnersReadModel,
    Ownership,
    OrganizationsService,
    MembersService,
  ],
  exports: [MembersService, OrganizationsService, Ownership],
})
export class OrganizationsModule {}
