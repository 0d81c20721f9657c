import type { Feature } from '../../feature.js';
import { DeploymentReferencesCheck } from './deployment-references.check.js';
import { executionOutputsCollection, executionsCollection } from './executions.collection.js';
import { ExecutionsDemo } from './executions.demo.js';
import { ExecutionsModule } from './executions.module.js';

export const executions: Feature = {
  name: 'executions',
  about: 'What was run, and what it put out.',
  module: ExecutionsModule,
  collections: [executionsCollection, executionOutputsCollection],
  checks: [DeploymentReferencesCheck],
  demo: ExecutionsDemo,
};
