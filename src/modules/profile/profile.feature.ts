import type { Feature } from '../../feature.js';
import { ProfileModule } from './profile.module.js';

export const profile: Feature = {
  name: 'profile',
  about: 'The caller.',
  module: ProfileModule,
  resources: [],
};
