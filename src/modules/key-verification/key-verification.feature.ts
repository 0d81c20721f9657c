import type { Feature } from '../../feature.js';
import { KeyVerificationModule } from './key-verification.module.js';

export const keyVerification: Feature = {
  name: 'key-verification',
  about: 'Checks of API keys, for programs that are given them.',
  module: KeyVerificationModule,
  resources: [],
};
