import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { KeyRotation, type RotationProgress } from '../modules/field-encryption/key-rotation.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { note, print, printJson, runCommand } from './run-command.js';
import { plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  json?: true;
}

async function rotate(config: Config): Promise<RotationProgress> {
  const app = await createApp(new Config({ ...config, logLevel: 'silent', processRole: 'api' }));
  try {
    return await app
      .get(KeyRotation, { strict: false })
      .run(({ rewrapped }) => note(`${plural(rewrapped, 'data key')} wrapped so far`));
  } finally {
    await app.close();
  }
}

await runCommand<Options>({
  script: 'keys:rotate',
  description:
    'Wraps all data keys by the newest of FIELD_ENCRYPTION_KEYS. It may be interrupted and started again, while the service is in use.',
  configure: (command) => command.option('--json', 'print the result as one line of JSON'),
  run: async ({ json }) => {
    const result = await withConfig(STORE_NAMES, rotate);
    if (json) printJson({ rewrapped: result.rewrapped, passed_over: result.passedOver });
    else print(`${plural(result.rewrapped, 'data key')} wrapped by the newest key; none is left.`);
  },
});
