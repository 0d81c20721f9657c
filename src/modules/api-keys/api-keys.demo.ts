import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import type { CreateApiKeyDto } from './api-keys.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const MOST = 200;

/**
 * Keys like those of a customer, in addition to the demo's own key: for both environments, one with credits, one with
 * a rate limit. Their secrets are not shown; `rotate` returns new ones.
 */
const KEYS: readonly CreateApiKeyDto[] = [
  { name: 'Website', scopes: ['documents:read', 'analytics:write'], environment: 'live' },
  { name: 'Website, test', scopes: ['documents:read', 'analytics:write'], environment: 'test' },
  {
    name: 'Customer with credits',
    scopes: ['documents:read'],
    environment: 'live',
    credits: { remaining: 1_000, refill: { amount: 1_000, interval: 'monthly', day: 1 } },
    metadata: { plan: 'starter' },
  },
  {
    name: 'Customer with a limit',
    scopes: ['documents:read'],
    environment: 'live',
    rate_limit: { limit: 100, window_seconds: 60 },
  },
];

@Injectable()
export class ApiKeysDemo implements DemoStep {
  constructor(private readonly apiKeys: ApiKeysService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    const existing = await this.apiKeys.list(actor, { userId: owner.userId }, MOST, null);
    const names = new Set(existing.map(({ name }) => name));
    const missing = KEYS.filter(({ name }) => !names.has(name));
    for (const key of missing) await this.apiKeys.create(actor, key);
    return missing.length === 0 ? [] : [`${missing.length} API keys`];
  }
}
