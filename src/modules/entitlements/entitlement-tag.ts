import { tags } from '../../cache/tags.js';

/** Everything that shows what an account may do and has used: `GET entitlements` and the profile. */
export const entitlementTag = (orgId: string, userId: string): string =>
  tags.entity(orgId, 'entitlements', userId);
