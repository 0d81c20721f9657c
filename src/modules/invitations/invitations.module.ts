import { Module } from '@nestjs/common';

import { OrganizationsModule } from '../organizations/organizations.module.js';
import { ForgetInvitations } from './forget-invitations.job.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsEraser } from './invitations.eraser.js';
import { InvitationsRepository } from './invitations.pg.repository.js';
import { InvitationsService } from './invitations.service.js';

@Module({
  imports: [OrganizationsModule],
  controllers: [InvitationsController],
  providers: [ForgetInvitations, InvitationsEraser, InvitationsRepository, InvitationsService],
  exports: [InvitationsEraser],
})
export class InvitationsModule {}
