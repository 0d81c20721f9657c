import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fastifyOf, { type FastifyInstance } from 'fastify';

import { limitArrival } from '../../../src/common/http/body/arrival-limits.js';
import { parseStreamedBodies, streamBodies } from '../../../src/common/http/body/streamed-bodies.js';

const LIMITS = { wholeMs: 300, streamed: { silentMs: 300, wholeMs: 1_500 }, everyMs: 20 };
const BETWEEN_PARTS_MS = 100;

describe('a body', () => {
  let fastify: FastifyInstance;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    fastify = fastifyOf({ http: { requestTimeout: 0 } });
    limitArrival(fastify, LIMITS);
    streamBodies(fastify);
    parseStreamedBodies(fastify);
    fastify.post('/read', (request) => ({ size: JSON.stringify(request.body).length }));
    fastify.post('/refused', {
      preParsing: (_request, reply, _payload, done) => {
        void reply.code(401).send();
        done(null);
      },
      handler: () => 'never',
    });
    const streamed = (readMs: number) => async (request: { body: unknown }) => {
      let size = 0;
      for await (const part of request.body as AsyncIterable<Buffer>) {
        size += part.length;
        await pause(readMs);
      }
      return { size };
    };
    const config = { streamedTypes: ['application/zip'] };
    fastify.post('/streamed', { config }, streamed(0));
    fastify.post('/streamed-slowly', { config }, streamed(400));
    await fastify.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await fastify.close();
  });

  /** Sends these parts, one after another with a pause, and says what came back until the connection ended. */
  async function answerTo(route: string, type: string, parts: readonly string[], length: number) {
    const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const startedAt = performance.now();
    const answer = text(socket).catch(() => '');
    socket.write(
      `POST ${route} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    for (const part of parts) {
      if (!socket.writable) break;
      socket.write(part);
      await pause(BETWEEN_PARTS_MS);
    }
    const received = await answer;
    return { status: Number(received.split(' ')[1]), received, elapsedMs: performance.now() - startedAt };
  }
  const drops = (count: number): string[] => Array.from({ length: count }, () => 'x');

  it('that is read into memory is cut off after its time, though bytes arrive all the while', async () => {
    const { status, received, elapsedMs } = await answerTo('/read', 'application/json', drops(20), 20);
    expect(status).toBe(408);
    expect(received).toContain('request.timeout');
    expect(elapsedMs).toBeGreaterThan(LIMITS.wholeMs);
  });

  it('that a route streams may take longer, as long as bytes arrive', async () => {
    const { status, received, elapsedMs } = await answerTo('/streamed', 'application/zip', drops(8), 8);
    expect([status, received.includes('{"size":8}')]).toEqual([200, true]);
    expect(elapsedMs).toBeGreaterThan(2 * LIMITS.streamed.silentMs);
  });

  it('that a route streams is cut off when no byte has arrived for the time', async () => {
    const { status, elapsedMs } = await answerTo('/streamed', 'application/zip', drops(2), 8);
    expect(status).toBe(408);
    expect(elapsedMs).toBeGreaterThan(LIMITS.streamed.silentMs);
  });

  it('that a route streams is cut off after an altogether longer time, though bytes arrive', async () => {
    const { status, elapsedMs } = await answerTo('/streamed', 'application/zip', drops(40), 40);
    expect(status).toBe(408);
    expect(elapsedMs).toBeGreaterThan(LIMITS.streamed.wholeMs);
  });

  it('that the route is slow to read is not cut off', async () => {
    const part = 'x'.repeat(64 * 1_024);
    const { status } = await answerTo(
      '/streamed-slowly',
      'application/zip',
      [part, part, part],
      part.length * 3,
    );
    expect(status).toBe(200);
  });

  it('that nothing reads, after an early answer, does not keep its connection', async () => {
    const { status, elapsedMs } = await answerTo('/refused', 'application/json', [], 20);
    expect(status).toBe(401);
    expect(elapsedMs).toBeLessThan(10_000);
  });
});
