import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answerClientError } from '../../src/common/errors/client-error.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** What comes back for these bytes until the other side hangs up. */
async function answerTo(
  bytes: string,
  port: number,
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

const portOf = (server: { address: () => AddressInfo | string | null }): number =>
  (server.address() as AddressInfo).port;

const expectProblem = ({ head, body }: { head: string; body: string }, status: number, code: string) => {
  const problem = problemShape.parse(JSON.parse(body));
  expect(problem).toMatchObject({ status, code });
  expect(head).toContain('content-type: application/problem+json');
  expect(head).toContain('x-content-type-options: nosniff');
  expect(head).toContain(`x-request-id: ${problem.request_id}`);
};

describe('what is no request', () => {
  let t: TestApp;

  beforeAll(async () => {
    t = await createTestApp();
    await t.app.listen(0, '127.0.0.1');
  });
  afterAll(() => t.close());

  it.each([
    ['bytes that are no HTTP', 'what is this\r\n\r\n', 400, 'request.malformed'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'request.malformed',
    ],
    [
      'HTTP/1.1 without Host',
      'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n',
      400,
      'request.malformed',
    ],
    [
      'an expectation that is not met',
      'POST /api/v1/users HTTP/1.1\r\nHost: a\r\nExpect: foo\r\nContent-Length: 2\r\n\r\n{}',
      417,
      'request.expectation_failed',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'request.headers_too_large',
    ],
    [
      'a path that cannot be decoded, with a body that never comes',
      'POST /api/v1/users/%zz HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n',
      400,
      'request.malformed',
    ],
  ])('is answered with a problem: %s', async (_what, bytes, status, code) => {
    const answer = await answerTo(bytes, portOf(t.app.getHttpServer() as Server));
    expect(answer.status).toBe(status);
    expectProblem(answer, status, code);
  });

  it('is answered with 408 where it does not arrive in time', async () => {
    // Node looks for late requests every 30 s: what it reports then is given directly.
    const late = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const server = createServer((socket) => answerClientError(late, socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await answerTo('GET / HTTP/1.1\r\n', portOf(server));
    server.close();
    expect(answer.status).toBe(408);
    expectProblem(answer, 408, 'request.timeout');
  });

  it.each(['TRACE', 'PROPFIND', 'LOCK', 'SEARCH'])(
    'is answered with 405 and the methods that there are: %s',
    async (method) => {
      const bytes = `${method} /api/v1/users/${t.tenant.userId}?a=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
      const answer = await answerTo(bytes, portOf(t.app.getHttpServer() as Server));
      expect(answer.status).toBe(405);
      expect(answer.head).toContain('allow: get, head, put, patch, delete');
      expectProblem(answer, 405, 'request.method_not_allowed');
      const nowhere = bytes.replace('/api/v1/users', '/nowhere');
      expect((await answerTo(nowhere, portOf(t.app.getHttpServer() as Server))).status).toBe(404);
    },
  );
});
