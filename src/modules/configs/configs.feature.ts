import type { Feature } from '../../feature.js';
import { ConfigChecksumsCheck } from './config-checksums.check.js';
import { ConfigsDemo } from './configs.demo.js';
import { CONFIG_EVENTS } from './configs.events.js';
import { ConfigsModule } from './configs.module.js';

export const configs: Feature = {
  name: 'configs',
  about: 'Configuration by environment, with its versions.',
  module: ConfigsModule,
  events: CONFIG_EVENTS,
  checks: [ConfigChecksumsCheck],
  demo: ConfigsDemo,
};
