import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import { toOwnUserResponse } from '../users/user.response.js';
import type { User } from '../users/user.js';
import { UsersService } from '../users/users.service.js';
import type { ProfileResponse, UpdateProfileDto } from './profile.dto.js';

/** The caller, with the organisation that it acts in. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
  ) {}

  async get(actor: Principal): Promise<ProfileResponse> {
    const organization = await this.organizationOf(actor);
    return { ...toOwnUserResponse(await this.users.ownAccount(actor.orgId, actor.userId)), organization };
  }

  /** Throws `SessionRequired`, `PreconditionFailed`, `EmailTaken`, `UsernameTaken`. */
  async update(
    actor: Principal,
    changes: UpdateProfileDto,
    ifMatch: string | undefined,
  ): Promise<ProfileResponse> {
    if (actor.apiKeyId !== null) throw new SessionRequired();
    const organization = await this.organizationOf(actor);
    const shownAs = (user: User): ProfileResponse => ({ ...toOwnUserResponse(user), organization });
    return shownAs(await this.users.update(actor, actor.userId, changes, ifMatch, shownAs));
  }

  private async organizationOf(actor: Principal): Promise<ProfileResponse['organization']> {
    const { organization } = await this.organizations.ownOf(actor);
    const { id, name, slug, role } = organization;
    return { id, name, slug, role };
  }
}
