import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { EntitlementsService } from '../entitlements/entitlements.service.js';
import { toEntitlementsResponse } from '../entitlements/entitlements.response.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import { toSubscriptionResponse } from '../subscriptions/subscription.response.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { toOwnUserResponse } from '../users/user.response.js';
import type { User } from '../users/user.js';
import { type Change, UsersService } from '../users/users.service.js';
import type { ProfileResponse, UpdateProfileDto } from './profile.dto.js';

/** The contents of a profile besides the account itself. */
type ProfileContext = Pick<
  ProfileResponse,
  'organization' | 'subscription' | 'entitlements' | 'total_entries'
>;

/** The caller, with the organisation that it acts in and its plan there. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
    private readonly subscriptions: SubscriptionsService,
    private readonly entitlements: EntitlementsService,
  ) {}

  async get(actor: Principal): Promise<ProfileResponse> {
    const surroundings = await this.surroundingsOf(actor);
    return profileOf(await this.users.ownAccount(actor.orgId, actor.userId), surroundings);
  }

  /** Throws `SessionRequired`, and the errors of `UsersService.update`. */
  async update(change: Change, changes: UpdateProfileDto): Promise<ProfileResponse> {
    const { actor } = change;
    if (actor.apiKeyId !== null) throw new SessionRequired();
    const surroundings = await this.surroundingsOf(actor);
    const { time_zone: timeZone, ...fields } = changes;
    const shownAs = (user: User): ProfileResponse => profileOf(user, surroundings);
    return shownAs(await this.users.update(change, actor.userId, { ...fields, timeZone }, shownAs));
  }

  private async surroundingsOf(actor: Principal): Promise<ProfileContext> {
    const { organization } = await this.organizations.ownOf(actor);
    const subscription = await this.subscriptions.own(actor);
    const entitlements = await this.entitlements.own(actor);
    const { id, name, slug, role } = organization;
    return {
      organization: { id, name, slug, role },
      subscription: subscription && summaryOf(toSubscriptionResponse(subscription)),
      entitlements: toEntitlementsResponse(entitlements),
      total_entries: entitlements.totalEntries,
    };
  }
}

const profileOf = (user: User, surroundings: ProfileContext): ProfileResponse => ({
  ...toOwnUserResponse(user),
  time_zone: user.timeZone,
  ...surroundings,
});

const summaryOf = (shown: NonNullable<ProfileResponse['subscription']>): ProfileResponse['subscription'] => ({
  id: shown.id,
  plan_code: shown.plan_code,
  status: shown.status,
  current_period_end: shown.current_period_end,
  trial_end: shown.trial_end,
  cancel_at_period_end: shown.cancel_at_period_end,
});
