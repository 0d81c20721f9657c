import { verifyPassword } from '../../common/crypto/password-hash.js';
import type { Config } from '../../config/config.js';
import { pendingMigrations } from '../../stores/postgres/migrations/index.js';
import { note, print, printJson } from '../run-command.js';
import { CommandFailed } from '../terminal/explained.js';
import { DEMO } from './demo.js';
import type { SeededDemo } from './seed-demo.js';
import { seedWith } from './seed-context.js';

function show({ organizationId, apiKey, changes }: SeededDemo): void {
  print(changes.length === 0 ? 'The demonstration data is there already.' : `Seeded: ${changes.join(', ')}.`);
  print(`  login         ${DEMO.user.email}  ${DEMO.password}`);
  print(`  API key       ${apiKey}`);
  print(`  organization  ${DEMO.organization.slug}  ${organizationId}`);
}

/** Seeds the demonstration data and prints how to log in; with `json`, as one line. Throws `CommandFailed`. */
export async function runSeed(config: Config, { json }: { json: boolean }): Promise<void> {
  const pending = await pendingMigrations(config.postgres.url);
  if (pending.length > 0) {
    throw new CommandFailed('The database is not migrated.', `pending: ${pending.join(', ')}`, [
      'npm run db:migrate',
    ]);
  }
  const seeded = await seedWith(config);
  if (seeded.passwordHash === null || !(await verifyPassword(seeded.passwordHash, DEMO.password))) {
    note('! The password of the demo account was changed: it is not the one shown here.');
  }
  if (!json) return show(seeded);
  printJson({
    login: { email: DEMO.user.email, password: DEMO.password },
    organization: { id: seeded.organizationId, slug: DEMO.organization.slug },
    api_key: seeded.apiKey,
  });
}
