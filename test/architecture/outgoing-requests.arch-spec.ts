import { expect, it } from 'vitest';

import { sourceFiles } from './source-files.js';

/** Ways to open a connection. `import type` opens none. */
const WAYS = [
  /^import (?!type).* from '(?:node:)?(?:https|http2|net|tls|dgram|dns)'/m,
  /^import (?!type).* from '(?:undici|axios|got|node-fetch|ws|nodemailer)/m,
  /^import \{[^}]*\b(?:request|get|Agent)\b[^}]*\} from 'node:http'/m,
  /(?<!following = )\b(?:globalThis\.)?fetch\((?!\);)/,
  /new (?:WebSocket|EventSource)\(/,
];
/** Servers that listen, the parser of addresses, and the connections to PostgreSQL. */
const ALLOWED = [
  'src/common/http/body/arrival-limits.ts',
  'src/common/http/draining.ts',
  'src/config/connections/connection-text.ts',
  'src/stores/postgres/connect.ts',
];
/** Commands of an operator, and stores that a command starts. */
const COMMANDS = /^src\/(?:cli|stores\/embedded)\//;

it('the service sends no request to an address that a client gave, because it sends none at all', () => {
  const files = sourceFiles('src/**/*.ts').filter(({ path }) => !COMMANDS.test(path));
  const opening = files.filter(({ text }) => WAYS.some((way) => way.test(text))).map(({ path }) => path);
  expect(opening).toEqual(ALLOWED);
  expect(files.length).toBeGreaterThan(500);
});
