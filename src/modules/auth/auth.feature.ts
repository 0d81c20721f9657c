import type { Feature } from '../../feature.js';
import { AuthModule } from './auth.module.js';
import { PrincipalLoads } from './principal-loads.js';

export const auth: Feature = {
  name: 'auth',
  about: 'Signing in and out.',
  module: AuthModule,
  resources: [],
  cachedLoads: [PrincipalLoads],
};
