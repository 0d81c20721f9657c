import { describe, expect, it } from 'vitest';

import { isLocalRequest } from '../../../src/modules/auth/local-request.policy.js';

describe('requests that were meant for this machine', () => {
  it.each([
    ['localhost', undefined, true],
    ['localhost:8080', undefined, true],
    ['LOCALHOST:8080', undefined, true],
    ['127.0.0.1:8080', undefined, true],
    ['[::1]:8080', undefined, true],
    ['[::1]', undefined, true],
    ['localhost:8080', 'http://localhost:8080', true],
    ['localhost:8080', 'http://127.0.0.1:5173', true],
    [undefined, undefined, false],
    ['', undefined, false],
    ['evil.example', undefined, false],
    ['localhost.evil.example:8080', undefined, false],
    ['evil.example:127.0.0.1', undefined, false],
    ['127.0.0.1.evil.example', undefined, false],
    ['127.0.0.2', undefined, false],
    ['0.0.0.0:8080', undefined, false],
    ['2130706433', undefined, false],
    ['user@localhost', undefined, false],
    ['localhost:8080', 'https://evil.example', false],
    ['localhost:8080', 'null', false],
    ['localhost:8080', '', false],
  ])('Host %s, Origin %s: %s', (host, origin, expected) => {
    expect(isLocalRequest({ host, origin })).toBe(expected);
  });
});
