import { tags } from '../../cache/tags.js';

/** The tag of every answer that shows an account's entitlements and their use: `GET entitlements` and the profile. */
export const entitlementTag = (orgId: string, userId: string): string =>
  tags.entity(orgId, 'entitlements', userId);
