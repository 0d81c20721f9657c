// The code that the examples share. An example prints what it does, sends requests with fetch, and stops at the first
// answer that differs from what its document promises. Without variables it uses a running `npm run quickstart`.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';

const url = process.env.TRIPTYCH_URL || 'http://127.0.0.1:8080';
/** The file in which `quickstart` writes the process of each store. */
const storesFile = process.env.TRIPTYCH_STORES || '.data/stores.json';
/** The demonstration login of `quickstart`: owner of its organisation and platform admin. */
export const DEMO = { email: 'demo@triptych.local', password: 'triptych-demo' };

/** Differs in every run, so that an example can be run again on the same data. */
export const run = Date.now().toString(36);

class PromiseBroken extends Error {}

export const title = (text) => console.log(`\n${text}\n${'='.repeat(text.length)}`);
export const chapter = (text) => console.log(`\n  ${text}`);
export const say = (text) => console.log(`    ${text}`);

/** Checks one promise. `expected` is the whole value, or a function that checks it. */
export function promise(text, actual, expected = true) {
  const isKept = typeof expected === 'function' ? expected(actual) : isDeepStrictEqual(actual, expected);
  if (isKept) return say(`✓ ${text}`);
  const wanted = typeof expected === 'function' ? '' : `\n      promised: ${inspect(expected, { depth: 8 })}`;
  throw new PromiseBroken(`${text}${wanted}\n      found:    ${inspect(actual, { depth: 8 })}`);
}

/** Sends one request; `status` is the answer that the document promises. */
export async function send(method, path, { body, token, headers = {}, status } = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
  if (status !== undefined && status !== answer.status) {
    throw new PromiseBroken(
      `${method} ${path} is answered with ${status}\n      found:    ${answer.status} ${text}`,
    );
  }
  return answer;
}

/** Logs in and gives a `send` that acts as this account: `const as = await login(); await as('GET', '/api/v1/profile')`. */
export async function login(credentials = DEMO) {
  const { body } = await send('POST', '/api/v1/auth/login', { body: credentials, status: 200 });
  return (method, path, options = {}) => send(method, path, { token: body.access_token, ...options });
}

/** Repeats the request until the answer is as promised, for at most 20 seconds. */
export async function eventually(text, ask, isIt) {
  const until = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isIt(answer) || performance.now() > until) {
      promise(text, answer, isIt);
      return answer;
    }
    await pause(20);
  }
}

/** The process of a store. Null if the store runs on another machine, or a URL names it. */
export function processOf(store) {
  try {
    return JSON.parse(readFileSync(storesFile, 'utf8'))[store].pid;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Freezes a store while `work` runs. The store answers again afterwards, whatever happens. */
export async function whileFrozen(pid, work) {
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

process.on('uncaughtException', (error) => {
  const isExpected = error instanceof PromiseBroken;
  const isAway = error instanceof TypeError && error.cause?.code === 'ECONNREFUSED';
  if (isExpected) console.error(`    ✗ ${error.message}`);
  else if (isAway)
    console.error(`    ✗ Nothing listens at ${url}: start \`npm run quickstart\`, or set TRIPTYCH_URL`);
  else console.error(error);
  process.exit(1);
});
