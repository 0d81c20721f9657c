import { describe, expect, it } from 'vitest';

import { withoutPassword } from '../../../src/stores/embedded/store-entry.js';

describe('withoutPassword', () => {
  it.each([
    ['postgres://app:s3cret@db.example:5432/triptych', 'postgres://app@db.example:5432/triptych'],
    ['postgres://app:p%40ss@db/triptych?sslmode=require', 'postgres://app@db/triptych?sslmode=require'],
    ['mongodb://app:s3cret@one:27017,two:27017/triptych', 'mongodb://app@one:27017,two:27017/triptych'],
    ['mongodb+srv://app:s3cret@cluster.example/triptych', 'mongodb+srv://app@cluster.example/triptych'],
    ['postgres://app:s3c/r?e@t@db/triptych', 'postgres://app@db/triptych'],
    ['postgres://db/triptych?user=app&password=s3cret', 'postgres://db/triptych?user=app&password='],
    ['redis://:s3cret@cache:6379', 'redis://@cache:6379'],
    ['redis://cache:6379', 'redis://cache:6379'],
    ['postgres://app@db:5432/triptych', 'postgres://app@db:5432/triptych'],
  ])('%s', (url, shown) => {
    expect(withoutPassword(url)).toBe(shown);
  });
});
