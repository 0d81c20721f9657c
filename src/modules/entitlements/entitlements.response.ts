import type { Entitlements } from './entitlements.js';
import type { EntitlementsResponse } from './entitlements.dto.js';

export const toEntitlementsResponse = (entitlements: Entitlements): EntitlementsResponse => ({
  plan_code: entitlements.planCode,
  limits: { ...entitlements.limits, entry_limit: entitlements.entryLimit },
  use: { entries: entitlements.totalEntries },
});
