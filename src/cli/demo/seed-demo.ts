import { hashPassword } from '../../common/crypto/passwords.js';
import { newToken, parseToken } from '../../common/crypto/tokens.js';
import { newId } from '../../common/ids/ids.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Outbox } from '../../flows/outbox/outbox.js';
import type { Postgres, Tx } from '../../stores/postgres/postgres.js';
import { CommandFailed } from '../terminal/explained.js';
import { DEMO } from './demo.js';
import type { DemoFile } from './demo-file.js';
import { demoKeyEvent, demoOrganizationCreated, demoOwnerAdded, demoUserCreated } from './demo.events.js';
import {
  type DemoUser,
  findOrganization,
  findUser,
  hasApiKey,
  insertApiKey,
  insertOrganization,
  insertOwner,
  insertUser,
  lockDemo,
  revokeApiKeys,
} from './demo.pg.repository.js';

/** The demonstration data after a seed. */
export interface SeededDemo {
  organizationId: string;
  userId: string;
  /** The hash of the account's password. If the password was changed since, it is no longer `DEMO.password`. */
  passwordHash: string | null;
  apiKey: string;
  /** What this seed created: the types of its events, and the records of the features. Empty: everything existed. */
  changes: readonly string[];
}

/** The record that a step finds or creates, and the events of a created one. */
interface Step<T> {
  value: T;
  events: readonly DomainEvent[];
}

async function ensureOrganization(tx: Tx): Promise<Step<string>> {
  const id = newId();
  if (await insertOrganization(tx, { id, ...DEMO.organization })) {
    return { value: id, events: [demoOrganizationCreated(id)] };
  }
  const existing = await findOrganization(tx, DEMO.organization.slug);
  if (existing === null) throw new Error('An organisation was deleted while it was looked for');
  return { value: existing, events: [] };
}

async function ensureOwner(tx: Tx, organizationId: string, passwordHash: string): Promise<Step<DemoUser>> {
  const user = { id: newId(), organizationId, ...DEMO.user, passwordHash };
  if (await insertUser(tx, user)) {
    await insertOwner(tx, organizationId, user.id);
    const subject = { userId: user.id, email: user.email };
    return { value: user, events: [demoUserCreated(organizationId, subject, user.role)] };
  }
  const existing = await findUser(tx, DEMO.user.email);
  if (!existing) {
    throw new CommandFailed(
      'The demo account cannot be made.',
      `another account has the username "${DEMO.user.username}"`,
      ['give that account another username and seed again'],
    );
  }
  const isAdded = await insertOwner(tx, organizationId, existing.id);
  const added = demoOwnerAdded(organizationId, { userId: existing.id, email: existing.email });
  return { value: existing, events: isAdded ? [added] : [] };
}

async function ensureApiKey(
  tx: Tx,
  organizationId: string,
  userId: string,
  file: DemoFile,
): Promise<Step<string>> {
  const known = await file.readApiKey();
  const parsed = known === null ? null : parseToken(known);
  if (known !== null && parsed && (await hasApiKey(tx, organizationId, parsed.hash)))
    return { value: known, events: [] };
  const revoked = await revokeApiKeys(tx, organizationId, DEMO.apiKey.name);
  const { token, hash, start } = newToken(DEMO.apiKey.environment, userId);
  const { name, environment, scopes } = DEMO.apiKey;
  const made = {
    id: newId(),
    organizationId,
    createdBy: userId,
    name,
    environment,
    scopes: [...scopes],
    start,
  };
  const key = await insertApiKey(tx, { ...made, keyHash: hash, expiresAt: null });
  // Written before the commit, because a key in the database that no file contains would be worse than a file with a
  // key that was not committed.
  file.writeApiKey(token);
  return {
    value: token,
    events: [
      ...revoked.map((old) => demoKeyEvent('api_key.revoked', old)),
      demoKeyEvent('api_key.created', key),
    ],
  };
}

/**
 * Creates the missing demonstration data, in one transaction with its events. Existing data stay as they are, a
 * changed password included. The API key stays the same as long as `DATA_DIR/demo.json` contains it.
 */
export async function seedDemo(postgres: Postgres, outbox: Outbox, file: DemoFile): Promise<SeededDemo> {
  const passwordHash = await hashPassword(DEMO.password);
  return postgres.transaction(async (tx) => {
    await lockDemo(tx);
    const organization = await ensureOrganization(tx);
    const owner = await ensureOwner(tx, organization.value, passwordHash);
    const apiKey = await ensureApiKey(tx, organization.value, owner.value.id, file);
    const events = [...organization.events, ...owner.events, ...apiKey.events];
    await outbox.add(tx, ...events);
    return {
      organizationId: organization.value,
      userId: owner.value.id,
      passwordHash: owner.value.passwordHash,
      apiKey: apiKey.value,
      changes: events.map(({ type }) => type),
    };
  });
}
