import type { Feature } from '../../feature.js';
import { DeploymentsDemo } from './deployments.demo.js';
import { DEPLOYMENT_EVENTS } from './deployments.events.js';
import { DeploymentsModule } from './deployments.module.js';
import { EnvironmentPointersCheck } from './environment-pointers.check.js';

export const deployments: Feature = {
  name: 'deployments',
  about: 'What was deployed where, and how it went.',
  module: DeploymentsModule,
  events: DEPLOYMENT_EVENTS,
  checks: [EnvironmentPointersCheck],
  demo: DeploymentsDemo,
};
