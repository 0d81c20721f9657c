import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { seedTenant } from '../../factories/tenant.js';
import { request } from '../../support/test-app.js';
import type { ChatApp } from './chat.js';

/** Instances of the service on stores that the test may kill. */
export interface PrivateChat extends ChatApp {
  apps: readonly NestFastifyApplication[];
  close: () => Promise<void>;
}

/** `t.request` asks the first of them. */
export async function privateChat(
  env: Readonly<Record<string, string>>,
  database: string,
  instances = 1,
): Promise<PrivateChat> {
  const uri = new URL(env['MONGODB_URI'] ?? '');
  uri.pathname = `/${database}`;
  const config = parseConfig({
    ...env,
    ...{ MONGODB_URI: uri.toString(), NODE_ENV: 'test', LOG_LEVEL: 'silent', PORT: '0' },
  });
  const app = await createApp(config);
  const others: NestFastifyApplication[] = [];
  while (others.length + 1 < instances) others.push(await createApp(config));
  const tenant = await seedTenant(app);
  return {
    ...{ app, tenant, apps: [app, ...others] },
    request: (method, path, options = {}) => request(app, method, path, { token: tenant.token, ...options }),
    close: async () => {
      for (const one of [...others, app]) await one.close();
    },
  };
}
