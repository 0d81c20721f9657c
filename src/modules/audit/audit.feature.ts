import type { Feature } from '../../feature.js';
import { AuditModule } from './audit.module.js';

export const audit: Feature = {
  name: 'audit',
  about: 'Whether the activity log was tampered with.',
  module: AuditModule,
  resources: [],
};
