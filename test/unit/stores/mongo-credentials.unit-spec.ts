import { describe, expect, it } from 'vitest';

import { hasCredentials } from '../../../src/stores/mongo/has-credentials.js';

describe('credentials of a connection string', () => {
  it.each([
    ['mongodb://triptych:secret@db.example/triptych', true],
    ['mongodb://triptych:p%40ss@one.example,two.example:27018/triptych?replicaSet=rs', true],
    ['mongodb+srv://triptych:secret@cluster.example/triptych', true],
    ['mongodb://db.example/?tls=true&authMechanism=MONGODB-X509', true],
    ['mongodb://db.example/triptych', false],
    ['mongodb://@db.example/triptych', false],
    ['mongodb://db.example,other.example/triptych?appName=a@b', false],
    ['mongodb+srv://cluster.example/triptych', false],
  ])('%s: %s', (uri, expected) => {
    expect(hasCredentials(uri)).toBe(expected);
  });
});
