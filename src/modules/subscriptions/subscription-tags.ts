import { tags } from '../../cache/tags.js';
import { entitlementTag } from '../entitlements/entitlement-tag.js';

/**
 * The tags of every answer that shows a subscription or its entitlements: its own routes, entitlements and the
 * profile.
 */
export const subscriptionTags = (subscription: {
  organizationId: string;
  userId: string;
  id: string;
}): string[] => [
  tags.entity(subscription.organizationId, 'subscriptions', subscription.id),
  tags.collection(subscription.organizationId, 'subscriptions'),
  entitlementTag(subscription.organizationId, subscription.userId),
];
