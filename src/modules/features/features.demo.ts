import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { FeatureKeyTaken } from './features.errors.js';
import { FeaturesService } from './features.service.js';
import type { FlagConfig } from './flag-config.js';
import { toConfig } from './flag-input.js';
import { flagSchema } from './flag.dto.js';

const on = { enabled: true };
const off = { enabled: false };

/** One flag for each capability of flags. The key of the example in the documents stays free. */
const FLAGS: Readonly<Record<string, unknown>> = {
  dark_mode: {
    ...{ name: 'Dark mode', flag_type: 'boolean', default_value: false, tags: ['ui'] },
    environments: { development: on, production: { enabled: true, rollout_percentage: 25 } },
  },
  checkout_flow: {
    ...{ name: 'Checkout flow', flag_type: 'string', default_value: 'classic', tags: ['shop'] },
    environments: {
      production: {
        enabled: true,
        variants: ['classic', 'one-page'].map((name) => ({
          ...{ name, weight: 500, payload: { type: 'string', value: name } },
        })),
      },
    },
  },
  upload_limit_mb: {
    ...{ name: 'Upload limit', flag_type: 'number', default_value: 10, lifetime_days: 365 },
    environments: {
      production: {
        ...{ enabled: true, value: 100 },
        strategies: [
          { name: 'default', constraints: [{ contextName: 'plan', operator: 'IN', values: ['pro'] }] },
        ],
      },
    },
  },
  support_banner: {
    ...{ name: 'Support banner', flag_type: 'json', default_value: { show: false } },
    environments: { development: { enabled: true, value: { show: true, text: 'Hello' } }, production: off },
  },
};

const flagOf = (given: unknown): FlagConfig => toConfig(flagSchema.parse(given));

/** Demonstration feature flags. An existing one stays as it is. */
@Injectable()
export class FeaturesDemo implements DemoStep {
  constructor(private readonly features: FeaturesService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const made: string[] = [];
    for (const [key, given] of Object.entries(FLAGS)) {
      try {
        await this.features.create(principalOf(owner), key, flagOf(given), null);
        made.push(`feature flag ${key}`);
      } catch (error) {
        if (!(error instanceof FeatureKeyTaken)) throw error;
      }
    }
    return made;
  }
}
