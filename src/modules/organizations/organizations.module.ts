import { Module } from '@nestjs/common';

import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.pg.repository.js';
import { MembersService } from './members.service.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.pg.repository.js';
import { OrganizationsService } from './organizations.service.js';

@Module({
  controllers: [OrganizationsController, MembersController],
  providers: [OrganizationsRepository, MembersRepository, OrganizationsService, MembersService],
  exports: [OrganizationsService],
})
export class OrganizationsModule {}
