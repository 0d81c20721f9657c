import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Config } from '../../../src/config/config.js';
import { FieldEncryption } from '../../../src/modules/field-encryption/field-encryption.js';
import { HeldCiphers } from '../../../src/modules/field-encryption/held-ciphers.js';
import { KeyRotation } from '../../../src/modules/field-encryption/key-rotation.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { lastJson, runCli } from '../cli/run-cli.js';

const PLACE = { collection: 'things', record: newId(), field: 'text' };
const ring = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

const FRESH = ring('fresh');

describe('field encryption', () => {
  let t: TestApp;
  let encryption: FieldEncryption;
  let user: Tenant;
  const others: NestFastifyApplication[] = [];
  beforeAll(async () => {
    t = await createTestApp();
    encryption = t.app.get(FieldEncryption);
  });
  beforeEach(async () => {
    user = await seedTenant(t.app);
  });
  afterAll(async () => {
    for (const app of others) await app.close();
    await t.close();
  });

  const rows = () =>
    t.app.get(Postgres).sql<{ wrapping_key_id: string; wrapped_key: string }[]>`
      select wrapping_key_id, wrapped_key from data_keys where user_id = ${user.userId}`;
  /** As after an operator has moved the key in the database. */
  const copyKeyTo = ({ orgId, userId }: Tenant) =>
    t.app.get(Postgres).sql`
      insert into data_keys (organization_id, user_id, id, wrapping_key_id, wrapped_key)
      select ${orgId}, ${userId}, ${newId()}, wrapping_key_id, wrapped_key
      from data_keys where user_id = ${user.userId}`;
  /** A process with another ring, on the same stores. */
  const instance = async (...fieldEncryptionKeys: string[]): Promise<NestFastifyApplication> => {
    const app = await createApp(new Config({ ...t.stores.config, processRole: 'api', fieldEncryptionKeys }));
    others.push(app);
    return app;
  };

  it('makes one key for an account, however many ask for it at once', async () => {
    const ciphers = await Promise.all(
      Array.from({ length: 20 }, () => encryption.forUser(user.orgId, user.userId)),
    );
    const value = ciphers[0]?.encrypt(PLACE, 'a quiet day') ?? '';
    expect(ciphers.map((cipher) => cipher.decrypt(PLACE, value))).toEqual(Array(20).fill('a quiet day'));
    expect(await rows()).toHaveLength(1);
  });

  it('asks PostgreSQL once for a key, and never again soon', async () => {
    await encryption.forUser(user.orgId, user.userId);
    const first = await encryption.forUser(user.orgId, user.userId);
    await t.app.get(Postgres).sql`delete from data_keys where user_id = ${user.userId}`;
    expect(await encryption.forUser(user.orgId, user.userId)).toBe(first);
  });

  it('keeps no key of a transaction that was rolled back', async () => {
    const postgres = t.app.get(Postgres);
    const rolledBack = postgres.ambientTransaction(async () => {
      await postgres.transaction(() => encryption.forUser(user.orgId, user.userId));
      await encryption.forUser(user.orgId, user.userId);
      throw new Error('the limit is reached');
    });
    await expect(rolledBack).rejects.toThrow('the limit is reached');
    expect(await encryption.ofReader(user.orgId, user.userId)).toBeNull();
  });

  it('refuses an account that is not there, and makes no key for who only reads', async () => {
    await expect(encryption.forUser(user.orgId, newId())).rejects.toThrow();
    expect(await encryption.ofReader(user.orgId, user.userId)).toBeNull();
  });

  it('stores the key wrapped, and cannot read it under another owner or without its wrapping key', async () => {
    await encryption.forUser(user.orgId, user.userId);
    const other = await seedTenant(t.app);
    await copyKeyTo(other);
    await expect(encryption.forUser(other.orgId, other.userId)).rejects.toMatchObject({
      code: 'encryption.data_key_unreadable',
    });
    const stranger = await instance(ring('stranger'));
    await expect(stranger.get(FieldEncryption).forUser(user.orgId, user.userId)).rejects.toMatchObject({
      code: 'encryption.key_missing',
    });
    await t.app.get(Postgres).sql`delete from data_keys where user_id = ${other.userId}`;
  });

  it('destroys the key with the account, first of all', async () => {
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    await encryption.forUser(member.orgId, member.userId);
    await encryption.forUser(member.orgId, member.userId);
    expect((await t.request('DELETE', `/api/v1/users/${member.userId}`)).status).toBe(204);
    expect(await encryption.ofReader(member.orgId, member.userId)).toBeNull();
  });

  it('rotates: everything stays readable, and the old key is not needed afterwards', async () => {
    const value = (await encryption.forUser(user.orgId, user.userId)).encrypt(PLACE, 'a quiet day');
    const [old = ''] = t.stores.config.fieldEncryptionKeys;
    const both = await instance(FRESH, old);
    const keys = await t.app.get(Postgres).sql`select 1 from data_keys where wrapping_key_id = 'test'`;
    const [one, two] = await Promise.all([both.get(KeyRotation).run(), both.get(KeyRotation).run()]);
    expect(one.rewrapped + two.rewrapped).toBeGreaterThan(0);
    expect(one.rewrapped + two.rewrapped).toBeLessThanOrEqual(keys.length);
    expect((await rows()).map((row) => row.wrapping_key_id)).toEqual(['fresh']);
    expect(await both.get(KeyRotation).run()).toMatchObject({ rewrapped: 0, passedOver: 0 });
    const later = await instance(FRESH);
    const cipher = await later.get(FieldEncryption).forUser(user.orgId, user.userId);
    expect(cipher.decrypt(PLACE, value)).toBe('a quiet day');
  });

  it('rotates the others where a key cannot be read, names that key, and ends with 1', async () => {
    const owners = [await seedTenant(t.app), user, await seedTenant(t.app)];
    for (const owner of owners) await encryption.forUser(owner.orgId, owner.userId);
    const broken = await seedTenant(t.app);
    await copyKeyTo(broken);
    const [{ id = '' } = {}] = await t.app.get(Postgres).sql<{ id: string }[]>`
      select id from data_keys where user_id = ${broken.userId}`;
    const newest = ring('later');
    const FIELD_ENCRYPTION_KEYS = [newest, FRESH, ...t.stores.config.fieldEncryptionKeys].join(',');
    const env = Object.fromEntries(
      Object.entries({ ...t.stores.env, FIELD_ENCRYPTION_KEYS }).map(([name, text]) => [name, text ?? '']),
    );
    try {
      const run = await runCli('keys-rotate', ['--json'], env);
      expect(run.code).toBe(1);
      expect(lastJson(run)).toMatchObject({
        unreadable: 1,
        unreadable_keys: [
          {
            ...{ id, organization_id: broken.orgId, user_id: broken.userId },
            code: 'encryption.data_key_unreadable',
          },
        ],
      });
      expect(Number(lastJson(run)['rewrapped'])).toBeGreaterThanOrEqual(owners.length);
      const left = await t.app.get(Postgres).sql`select id from data_keys where wrapping_key_id <> 'later'`;
      expect(left).toEqual([{ id }]);
    } finally {
      // The tests that follow have a ring without the newest key.
      await t.app.get(Postgres).sql`delete from data_keys`;
    }
  }, 240_000);

  it('rotates under load: nothing is unreadable at any moment, and an interrupted rotation is resumed', async () => {
    const written: { owner: Tenant; value: string }[] = [];
    for (let n = 0; n < 24; n += 1) {
      const owner = await seedTenant(t.app);
      const cipher = await encryption.forUser(owner.orgId, owner.userId);
      written.push({ owner, value: cipher.encrypt(PLACE, `text ${n}`) });
    }
    const [old = ''] = t.stores.config.fieldEncryptionKeys;
    const both = await instance(ring('newest'), FRESH, old);
    const forget = (app: NestFastifyApplication, { orgId, userId }: Tenant) =>
      app.get(HeldCiphers).drop({ orgId, userId });
    let isOver = false;
    let reads = 0;
    const reader = async (): Promise<void> => {
      while (!isOver)
        for (const [n, { owner, value }] of written.entries()) {
          forget(both, owner);
          const cipher = await both.get(FieldEncryption).forUser(owner.orgId, owner.userId);
          expect(cipher.decrypt(PLACE, value)).toBe(`text ${n}`);
          reads += 1;
        }
    };
    const rotation = async (): Promise<void> => {
      const interrupted = both.get(KeyRotation).run(() => {
        throw new Error('interrupted');
      }, 5);
      await expect(interrupted).rejects.toThrow('interrupted');
      const rest = await both.get(KeyRotation).run(undefined, 5);
      expect(rest.rewrapped).toBeGreaterThanOrEqual(written.length - 5);
      isOver = true;
    };
    await Promise.all([rotation(), reader()]);
    expect(reads).toBeGreaterThan(0);
    const left = await t.app.get(Postgres).sql`select 1 from data_keys where wrapping_key_id <> 'newest'`;
    expect(left).toHaveLength(0);
  });
});
