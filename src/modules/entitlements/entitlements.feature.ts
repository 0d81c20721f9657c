import type { Feature } from '../../feature.js';
import { EntitlementsModule } from './entitlements.module.js';

export const entitlements: Feature = {
  name: 'entitlements',
  about: 'What the plan of an account allows, and how much of it is used.',
  module: EntitlementsModule,
};
