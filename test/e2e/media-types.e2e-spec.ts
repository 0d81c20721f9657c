import { once } from 'node:events';
import { get as httpGet } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Controller, Get, HttpCode, Module, Post, Req, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { NoCache } from '../../src/cache/cached.decorator.js';
import { accepted } from '../../src/common/http/accept.js';
import { KeepsRawBody } from '../../src/common/http/body/body-types.js';
import { ForeignContract } from '../../src/common/http/foreign/foreign-contract.js';
import { SEGMENT } from '../../src/common/http/foreign/segment.js';
import { Public } from '../../src/common/http/public.decorator.js';
import { Streamed, streamed } from '../../src/common/http/streamed.js';
import { toCsv, toNdjson } from '../../src/common/http/text-rows.js';
import { eventually } from '../support/eventually.js';
import { newAccount } from '../factories/account.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const TYPES = ['application/x-ndjson', 'text/csv'] as const;

/** What the endless source has given, and whether it was closed. */
const source = { given: 0, isClosed: false, isAborted: false };

async function* rows(): AsyncGenerator<Record<string, unknown>> {
  yield { name: '=1+1', note: 'a,b' };
  yield await Promise.resolve({ name: 'x', note: null });
}

async function* endless(signal: AbortSignal): AsyncGenerator<string> {
  signal.addEventListener('abort', () => (source.isAborted = true));
  try {
    for (;;) {
      source.given += 1;
      yield await Promise.resolve('x'.repeat(65_536));
    }
  } finally {
    source.isClosed = true;
  }
}

async function* broken(): AsyncGenerator<string> {
  yield await Promise.resolve('begun\n');
  throw new Error('The source failed');
}

@Controller('trial')
class TrialController {
  @Get('rows')
  @NoCache('a stream')
  @Streamed('The rows.', { 'application/x-ndjson': '{"end":true,"count":0}\n', 'text/csv': 'name\r\n' })
  rows(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const type = accepted(request.headers.accept, TYPES) ?? TYPES[0];
    return streamed(reply, { type, filename: 'rows' }, () =>
      type === 'text/csv' ? toCsv(['name', 'note'], rows()) : toNdjson(rows()),
    );
  }

  @Get('endless')
  @NoCache('a stream')
  endless(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return streamed(reply, { type: 'text/plain' }, endless);
  }

  @Get('broken')
  @NoCache('a stream')
  broken(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    return streamed(reply, { type: 'text/plain' }, broken);
  }

  @Post('signed')
  @HttpCode(200)
  @Public()
  @KeepsRawBody()
  signed(@Req() request: FastifyRequest): object {
    return { raw: request.rawBody?.toString() };
  }

  @Post('segment')
  @HttpCode(200)
  @ForeignContract(SEGMENT)
  segment(@Req() request: FastifyRequest): object {
    return { body: request.body };
  }
}

@Module({ controllers: [TrialController] })
class TrialModule {}

describe('media types', () => {
  let t: TestApp;
  let url: string;
  beforeAll(async () => {
    t = await createTestApp({}, [TrialModule]);
    await t.app.listen(0, '127.0.0.1');
    url = await t.app.getUrl();
  });
  afterAll(() => t.close());

  const authorized = () => ({ authorization: `Bearer ${t.tenant.token}` });
  const send = (method: 'POST' | 'PATCH', path: string, type: string, payload: string) =>
    t.app.inject({ method, url: path, headers: { ...authorized(), 'content-type': type }, payload });

  it('of a merge patch: for PATCH and no other method', async () => {
    const created = await t.request('POST', '/api/v1/users', { body: newAccount() });
    const path = `/api/v1/users/${z.object({ id: z.string() }).parse(created.body).id}`;
    const patch = JSON.stringify({ avatar: 'https://example.com/a.png' });
    for (const type of ['application/merge-patch+json', 'Application/Merge-Patch+JSON; charset=utf-8'])
      expect((await send('PATCH', path, type, patch)).statusCode).toBe(200);
    expect(
      (await send('PATCH', path, 'application/merge-patch+json', '{"avatar":null}')).json(),
    ).toMatchObject({
      avatar: null,
    });
    const refused = await send('POST', '/api/v1/users', 'application/merge-patch+json', patch);
    expect(refused.statusCode).toBe(415);
    const document = JSON.stringify((await t.request('GET', '/api/openapi.json')).body);
    expect(document).toContain('application/merge-patch+json');
  });

  it('of JSON as plain text: where a foreign contract has it so', async () => {
    const { key } = z.object({ key: z.string() }).parse(
      (
        await t.request('POST', '/api/v1/api-keys', {
          body: { name: 'SDK', scopes: ['*'], environment: 'live' },
        })
      ).body,
    );
    const answer = await t.app.inject({
      method: 'POST',
      url: '/api/v1/trial/segment',
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        'content-type': 'text/plain',
      },
      payload: '{"a":1}',
    });
    expect(answer.json()).toEqual({ body: { a: 1 } });
    expect((await send('POST', '/api/v1/users', 'text/plain', '{}')).statusCode).toBe(415);
  });

  it('of a signed body: the bytes as they came', async () => {
    const raw = '{ "a" : 1.0 }';
    expect((await send('POST', '/api/v1/trial/signed', 'application/json', raw)).json()).toEqual({ raw });
  });

  it('of rows: NDJSON or CSV by Accept, each with its count at the end', async () => {
    const get = (accept: string) => t.request('GET', '/api/v1/trial/rows', { headers: { accept } });
    const lines = await get('application/x-ndjson');
    expect(
      lines.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { name: '=1+1', note: 'a,b' },
      { name: 'x', note: null },
      { end: true, count: 2 },
    ]);
    expect(lines.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'content-disposition': 'attachment; filename="rows"',
    });
    const table = await get('text/csv, application/x-ndjson;q=0.5');
    expect(table.text).toBe(`name,note\r\n'=1+1,"a,b"\r\nx,\r\n#end,2\r\n`);
  });

  it('of an endless source: no more is read than is taken, and a cut connection ends it', async () => {
    const request = httpGet(`${url}/api/v1/trial/endless`, { headers: authorized() });
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    await once(response, 'readable');
    // The buffers of both ends are full at some point, and then nothing more is asked for.
    let last = -1;
    await eventually(
      () => {
        const isStill = source.given === last;
        last = source.given;
        return new Promise<boolean>((resolve) => setTimeout(() => resolve(isStill), 200));
      },
      (isStill) => isStill,
    );
    expect(source.given).toBeLessThan(500);
    request.destroy();
    await eventually(
      () => Promise.resolve(source.isClosed && source.isAborted),
      (isClosed) => isClosed,
    );
  });

  it('of a source that fails: the connection is cut, so that the part is not taken for the whole', async () => {
    const response = await fetch(`${url}/api/v1/trial/broken`, { headers: authorized() });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});
