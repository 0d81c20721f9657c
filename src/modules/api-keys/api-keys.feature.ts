import type { Feature } from '../../feature.js';
import { ApiKeysDemo } from './api-keys.demo.js';
import { ApiKeysEraser } from './api-keys.eraser.js';
import { ApiKeysModule } from './api-keys.module.js';

export const apiKeys: Feature = {
  name: 'api-keys',
  about: 'Credentials of programs.',
  module: ApiKeysModule,
  events: ['api_key.created', 'api_key.updated', 'api_key.rotated', 'api_key.revoked'],
  erasers: [ApiKeysEraser],
  demo: ApiKeysDemo,
};
