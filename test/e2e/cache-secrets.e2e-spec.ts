import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOptions, createClient } from 'redis';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { type Pair, startPair } from '../integration/cache/app-pair.js';
import { getRoutes, isHit, sampleOf } from '../integration/cache/get-routes.js';
import { eventually } from '../support/eventually.js';

const PASSWORD = 'correct horse battery staple';

describe('what Redis holds', () => {
  let pair: Pair;
  /** In every form in which something may have been written. */
  const secrets = new Map<string, string>();
  const answers: string[] = [];

  const secret = (what: string, value: string): void => {
    const bytes = Buffer.from(value);
    const forms = [value, ...(['hex', 'base64', 'base64url'] as const).map((form) => bytes.toString(form))];
    for (const form of forms) secrets.set(form, what);
  };

  const get = async (path: string, token?: string): Promise<void> => {
    const options = token === undefined ? {} : { token };
    for (const instance of [pair.one, pair.two])
      answers.push((await instance.request('GET', path, options)).text);
  };

  /** Every person signs in, creates a key and reads everything, so that every cache is warm. */
  beforeAll(async () => {
    pair = await startPair({ isPatient: true });
    const { one } = pair;
    const routes = await getRoutes(one.app);
    secret('password', PASSWORD);
    for (let count = 0; count < 3; count += 1) {
      const account = newAccount({ password: PASSWORD });
      expect((await one.request('POST', '/api/v1/users', { body: account })).status).toBe(201);
      const credentials = { email: account.email, password: PASSWORD };
      const login = await one.request('POST', '/api/v1/auth/login', { body: credentials, token: null });
      expect(login.status).toBe(200);
      const token = (login.body as { access_token: string }).access_token;
      const body = { name: 'k', scopes: ['*'], environment: 'test' };
      const made = await one.request('POST', '/api/v1/api-keys', { body });
      expect(made.status).toBe(201);
      const { key } = made.body as { key: string };
      secret('session token', token);
      secret('API key', key);
      for (const { template } of routes) {
        const { path } = await sampleOf(template, (list) => one.request('GET', list));
        for (const who of [undefined, token, key]) await get(path, who);
      }
    }
    await hashes();
    await eventually(() => pair.two.request('GET', '/api/v1/profile'), isHit);
  }, 120_000);
  afterAll(() => pair.close());

  /** What PostgreSQL keeps of every secret, in whichever column. */
  async function hashes(): Promise<void> {
    const { sql } = pair.one.app.get(Postgres);
    const columns = await sql<{ table: string; column: string }[]>`
      select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and column_name like '%hash%'`;
    expect(columns.length).toBeGreaterThanOrEqual(3);
    for (const { table, column } of columns) {
      const rows = await sql<{ value: unknown }[]>`
        select ${sql(column)} as value from ${sql(table)} where ${sql(column)} is not null`;
      for (const { value } of rows)
        secret(`${table}.${column}`, value instanceof Buffer ? value.toString('hex') : String(value));
    }
  }

  async function values(): Promise<Map<string, Buffer>> {
    const client = createClient({ url: pair.stores.env['REDIS_URL'] ?? '' });
    await client.connect();
    const read = async (key: string): Promise<Buffer> => {
      const kind = await client.type(key);
      if (kind === 'hash') return Buffer.from(JSON.stringify(await client.hGetAll(key)));
      if (kind === 'zset') return Buffer.from(JSON.stringify(await client.zRange(key, 0, -1)));
      return (await client.get(commandOptions({ returnBuffers: true }), key)) ?? Buffer.alloc(0);
    };
    try {
      const pattern = { MATCH: `${pair.stores.env['REDIS_KEY_PREFIX']}:*`, COUNT: 500 };
      const found = new Map<string, Buffer>();
      for await (const key of client.scanIterator(pattern)) found.set(key, await read(key));
      return found;
    } finally {
      await client.disconnect();
    }
  }

  it('is no password, token, key, or hash of one, in any value, key or answer', async () => {
    const held = await values();
    const texts = [...held].flatMap(([key, value]) => [key, value.toString('latin1')]);
    const entries = [...held.keys()].filter((key) => /:e:[\w-]{43}$/.test(key));
    const found: string[] = [];
    for (const text of [...texts, ...answers]) {
      for (const [form, what] of secrets)
        if (form.length > 7 && text.includes(form)) found.push(`${what} in ${text}`);
    }
    console.info(
      `${held.size} values in Redis (${entries.length} entries) and ${answers.length} answers against ${secrets.size} ` +
        `forms of secrets: ${found.length} found`,
    );
    expect(found).toEqual([]);
    expect(entries.length).toBeGreaterThan(10);
  });
});
