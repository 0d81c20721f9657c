import { describe, expect, it } from 'vitest';

import { canonicalEnv } from '../../../src/config/aliases.js';

describe('the canonical environment', () => {
  it('has no name without a value: it is spread over the URLs of running stores', () => {
    expect(Object.entries(canonicalEnv({ PORT: '8080', REDIS_URL: '' }))).toEqual([['PORT', '8080']]);
    expect(canonicalEnv({ POSTGRES_HOST: 'db' })).toHaveProperty('DATABASE_URL');
  });
});
