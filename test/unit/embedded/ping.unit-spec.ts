import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { pingMongo, pingPostgres, pingRedis } from '../../../src/stores/embedded/ping.js';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

/** An OP_MSG whose body is `{ ok: <double> }`. */
const mongoAnswer = (ok: number): Buffer => {
  const value = Buffer.alloc(8);
  value.writeDoubleLE(ok);
  const document = Buffer.concat([
    int32(17),
    Buffer.from([0x01]),
    Buffer.from('ok\0'),
    value,
    Buffer.from([0]),
  ]);
  const body = Buffer.concat([int32(0), Buffer.from([0]), document]);
  return Buffer.concat([int32(16 + body.length), int32(1), int32(1), int32(2013), body]);
};

describe('ping', () => {
  const servers: Server[] = [];

  /** A server that answers every question alike, in pieces. */
  const answering = async (...pieces: (string | Buffer)[]): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.once('data', () =>
        pieces.forEach((piece, index) => setTimeout(() => socket.write(piece), index * 20)),
      );
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  it('takes a Redis for up only when it answers PONG', async () => {
    expect(await pingRedis(await answering('+PO', 'NG\r\n'))).toBe(true);
    expect(await pingRedis(await answering('-LOADING Redis is loading the dataset in memory\r\n'))).toBe(
      false,
    );
  });

  it('takes a PostgreSQL for up only when it asks for a password', async () => {
    expect(await pingPostgres(await answering('R\0\0\0\x17'), 'a', 'b')).toBe(true);
    expect(await pingPostgres(await answering('E\0\0\0\x50SFATAL\0C57P03\0'), 'a', 'b')).toBe(false);
  });

  it('takes a MongoDB for up only when it answers ok: 1', async () => {
    const answer = mongoAnswer(1);
    expect(await pingMongo(await answering(answer.subarray(0, 9), answer.subarray(9)))).toBe(true);
    expect(await pingMongo(await answering(mongoAnswer(0)))).toBe(false);
  });

  it('takes a server that accepts and stays silent for down, within its limit', async () => {
    const startedAt = Date.now();
    expect(await pingRedis(await answering())).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it('takes a closed port for down', async () => {
    const port = await answering();
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await pingRedis(port)).toBe(false);
  });
});
