import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { KeyRotation, type RotationProgress } from '../modules/field-encryption/key-rotation.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { EXIT_FAILURE, note, print, printJson, runCommand } from './run-command.js';
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

const toJson = ({ rewrapped, passedOver, unreadable, unreadableKeys }: RotationProgress) => ({
  rewrapped,
  passed_over: passedOver,
  unreadable,
  unreadable_keys: unreadableKeys.map(({ id, orgId, userId, code }) => ({
    ...{ id, organization_id: orgId, user_id: userId, code },
  })),
});

const describe = ({ rewrapped, unreadable, unreadableKeys }: RotationProgress): string =>
  [
    `${plural(rewrapped, 'data key')} wrapped by the newest key; ${unreadable === 0 ? 'none is left.' : `${unreadable} could not be read:`}`,
    ...unreadableKeys.map(
      ({ id, orgId, userId, code }) => `  ${id} of user ${userId} in organisation ${orgId}: ${code}`,
    ),
    ...(unreadable > unreadableKeys.length ? [`  … and ${unreadable - unreadableKeys.length} more`] : []),
    ...(unreadable === 0
      ? []
      : ['Set FIELD_ENCRYPTION_KEYS with every key that was ever used, and run this again.']),
  ].join('\n');

await runCommand<Options>({
  script: 'keys:rotate',
  description:
    'Wraps all data keys by the newest of FIELD_ENCRYPTION_KEYS. It may be interrupted and started again, while the service is in use.',
  configure: (command) => command.option('--json', 'print the result as one line of JSON'),
  run: async ({ json }) => {
    const result = await withConfig(STORE_NAMES, rotate);
    if (json) printJson(toJson(result));
    else print(describe(result));
    return result.unreadable === 0 ? 0 : EXIT_FAILURE;
  },
});
