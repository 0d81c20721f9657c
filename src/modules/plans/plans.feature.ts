import type { Feature } from '../../feature.js';
import { PlansDemo } from './plans.demo.js';
import { PlansModule } from './plans.module.js';

export const plans: Feature = {
  name: 'plans',
  about: 'What may be subscribed to: prices and limits.',
  module: PlansModule,
  events: ['plan.created', 'plan.updated'],
  demo: PlansDemo,
};
