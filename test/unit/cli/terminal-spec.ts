import { describe, expect, it } from 'vitest';

import { confirm, isOnThisMachine } from '../../../src/cli/terminal/confirm.js';
import { CommandFailed, describeFailure } from '../../../src/cli/terminal/explained.js';
import { bytes, duration, plural, table } from '../../../src/cli/terminal/table.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';

const configOf = (environment: string) =>
  parseConfig({
    ...{ NODE_ENV: environment, DATABASE_URL: 'postgres://db/x', MONGODB_URI: 'mongodb://m/x' },
    FIELD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 'test').toString('base64')}`,
  });

describe('a failure', () => {
  it('says what, why and what to do, without a stack', () => {
    const text = describeFailure(new CommandFailed('It broke.', 'one\ntwo', ['mend it']));
    expect(text).toBe('✗ It broke.\n\n  Why:\n    one\n    two\n\n  What to do:\n    - mend it\n');
  });

  it('names the store that cannot be reached and its variable', () => {
    const text = describeFailure(
      new StoreUnavailable('mongodb', { cause: new Error('connect ECONNREFUSED') }),
    );
    expect(text).toContain('MongoDB cannot be reached.');
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain('MONGODB_URI');
  });

  it('lists every fault of the configuration', () => {
    const faulty = () => parseConfig({ PORT: 'x', CACHE_TTL: 'y' });
    try {
      faulty();
    } catch (error) {
      const text = describeFailure(error);
      for (const name of ['PORT', 'CACHE_TTL', 'DATABASE_URL', 'MONGODB_URI']) expect(text).toContain(name);
      expect(text).not.toContain('    at ');
    }
    expect(faulty).toThrow();
  });

  it('shows the stack of what nobody expected', () => {
    expect(describeFailure(new TypeError('x is not a function'))).toMatch(
      /defect[\s\S]*TypeError[\s\S]*\n\s+at /,
    );
  });
});

describe('confirm, where nobody can be asked', () => {
  const ask = (environment: string, urls: string[], yes = false) =>
    confirm(configOf(environment), { what: 'Delete it', urls, yes });

  it('goes on with stores of this machine', async () => {
    await expect(
      ask('development', ['postgres://u@127.0.0.1:5/x', 'redis://localhost']),
    ).resolves.toBeUndefined();
  });

  it('refuses another machine, and production, unless told yes', async () => {
    await expect(ask('development', ['postgres://127.0.0.1/x', 'mongodb://db.example/x'])).rejects.toThrow(
      'another machine',
    );
    await expect(ask('production', ['postgres://127.0.0.1/x'])).rejects.toThrow('production');
    await expect(ask('production', ['postgres://db.example/x'], true)).resolves.toBeUndefined();
  });

  it.each([
    ['postgres://u:p@127.0.0.1:5432/x', true],
    ['mongodb://[::1]:27017/x', true],
    ['mongodb+srv://cluster.example/x', false],
    ['mongodb://127.0.0.1:1,db.example:2/x', false],
    ['mongodb://localhost:1,127.0.0.1:2/x', true],
    ['redis://10.0.0.1', false],
  ])('knows whether %s is on this machine: %s', (url, isHere) => {
    expect(isOnThisMachine(url)).toBe(isHere);
  });
});

describe('a table', () => {
  it('aligns names left and figures right', () => {
    const text = table(
      ['name', 'size'],
      [
        ['a', '5 B'],
        ['longer', '?'],
      ],
    );
    expect(text).toBe('  name    size\n  ──────  ────\n  a        5 B\n  longer     ?\n');
  });

  it('shows figures in units', () => {
    expect([
      duration(12.4),
      duration(1_450),
      bytes(0),
      bytes(1_023),
      bytes(1_536),
      bytes(3 * 2 ** 30),
    ]).toEqual(['12 ms', '1.4 s', '0 B', '1023 B', '1.5 KiB', '3.0 GiB']);
    expect([plural(1, 'index', 'indexes'), plural(2, 'index', 'indexes')]).toEqual(['1 index', '2 indexes']);
  });
});
