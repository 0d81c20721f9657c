import type { Env } from '../../config/aliases.js';
import type { EmbeddedStores } from '../../stores/embedded/start-embedded-stores.js';
import type { SupervisedProcess } from '../../stores/embedded/supervised-process.js';
import { migrate, seed, type Seeded } from './preparation.js';
import { step } from './progress.js';
import { baseUrl, checkedConfig, withDataDir } from './service-env.js';
import { startService } from './service.js';

export interface Started {
  service: SupervisedProcess;
  seeded: Seeded;
  base: string;
}

/** Migrates, then seeds while the service starts, because each of the two takes seconds. */
export async function startOnStores(env: Env, stores: EmbeddedStores): Promise<Started> {
  const serviceEnv = await withDataDir({ ...env, ...stores.env }, stores.dataDir);
  await step(
    'Migrations',
    () => migrate(serviceEnv),
    () => 'applied',
  );
  const base = baseUrl(checkedConfig(serviceEnv).http);
  // Waits for both, because if one fails, what the other has started has to be stopped.
  const [starting, seeding] = await Promise.allSettled([
    step(
      'Service',
      () => startService(base, serviceEnv, stores),
      () => 'ready',
    ),
    step(
      'Demonstration data',
      () => seed(serviceEnv),
      () => 'there',
    ),
  ]);
  if (starting.status === 'rejected') throw starting.reason;
  if (seeding.status === 'fulfilled') return { base, service: starting.value, seeded: seeding.value };
  await starting.value.stop();
  throw seeding.reason;
}
