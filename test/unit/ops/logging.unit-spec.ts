import { describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import { DrizzleQueryError } from 'drizzle-orm';
import fastify from 'fastify';

import { createLogger } from '../../../src/ops/logging/create-logger.js';
import { PinoLogger } from '../../../src/ops/logging/pino-logger.js';
import { registerRequestLogging } from '../../../src/ops/logging/request-logging.js';

/** A logger whose lines a test reads. */
function recording(level: 'debug' | 'info' = 'debug') {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line) => void lines.push(line) });
  return {
    logger,
    text: () => lines.join(''),
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('the log', () => {
  it('has lines of JSON with level, time, context and message', () => {
    const { logger, lines } = recording();
    new PinoLogger(logger).log('Started', 'Main');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        service: 'triptych',
        context: 'Main',
        msg: 'Started',
      },
    ]);
  });

  it('keeps a hostile text within its line', () => {
    const { logger, lines, text } = recording();
    const hostile = 'x\u001b[2J\r\n\u2028{"level":"fatal","msg":"forged"}';
    logger.warn({ route: hostile, err: new Error(hostile) }, hostile);
    expect(lines()).toMatchObject([{ level: 'warn', route: hostile, msg: hostile }]);
    for (const raw of ['\r', '\n', '\u001b']) expect(text().trimEnd()).not.toContain(raw);
  });

  it('takes what Nest’s Logger gives: fields before the message, errors, stacks', () => {
    const { logger, lines } = recording();
    const pino = new PinoLogger(logger);
    pino.error({ err: new Error('broken'), requestId: 'r1' }, 'Unexpected error', 'Error');
    pino.error(new TypeError('wrong'), 'Context');
    pino.error('failed', 'Error: failed\n    at place (file.js:1:1)', 'Context');
    const [fields, error, stack] = lines();
    expect(fields).toMatchObject({
      level: 'error',
      msg: 'Unexpected error',
      context: 'Error',
      requestId: 'r1',
    });
    expect(fields).toMatchObject({
      err: { type: 'Error', message: 'broken', stack: expect.stringContaining('at ') },
    });
    expect(error).toMatchObject({ context: 'Context', err: { type: 'TypeError', message: 'wrong' } });
    expect(stack).toMatchObject({ msg: 'failed', stack: expect.stringContaining('at place') });
  });

  it('is what Nest’s own logger writes through', () => {
    const { logger, lines } = recording();
    Logger.overrideLogger(new PinoLogger(logger));
    new Logger('Somewhere').warn('Careful');
    expect(lines()).toMatchObject([{ level: 'warn', context: 'Somewhere', msg: 'Careful' }]);
  });

  it('shows no secret, however deep and whatever its case', () => {
    const { logger, text, lines } = recording();
    logger.info({
      headers: { Authorization: 'Bearer s3cret', cookie: 's3cret', 'X-API-Key': 's3cret', accept: 'json' },
      body: [{ user: { password: 's3cret', password_hash: 's3cret', passwordHash: 's3cret', name: 'ada' } }],
      access_token: 's3cret',
    });
    expect(text()).not.toContain('s3cret');
    expect(lines()).toMatchObject([{ headers: { accept: 'json' }, body: [{ user: { name: 'ada' } }] }]);
  });

  it('shows no parameter of a failed query', () => {
    const { logger, text } = recording();
    const cause = Object.assign(new Error('no connection'), { code: 'ECONNRESET', parameters: ['s3cret'] });
    logger.error(
      { err: new DrizzleQueryError('insert into users values ($1)', ['s3cret\nover lines'], cause) },
      'failed',
    );
    expect(text()).not.toContain('s3cret');
    expect(text()).not.toContain('over lines');
    expect(text()).toContain('insert into users');
    expect(text()).toContain('ECONNRESET');
    expect(text()).toContain('logging.unit-spec');
  });
});

describe('the log of requests', () => {
  const serve = async (logger: ReturnType<typeof recording>['logger']) => {
    const server = fastify({ genReqId: () => 'request-1' });
    registerRequestLogging(server, logger);
    server.get('/users/:id', async () => {
      await Promise.resolve();
      new PinoLogger(logger).log('at work', 'Users');
      return {};
    });
    server.get('/health/live', () => ({}));
    server.get('/broken', (_request, reply) => reply.status(500).send());
    await server.ready();
    return server;
  };

  it('has a line for each request, by its route and never by its URL', async () => {
    const { logger, lines, text } = recording('info');
    const server = await serve(logger);
    await server.inject({ url: '/users/42?token=s3cret', headers: { authorization: 'Bearer s3cret' } });
    await server.close();
    expect(lines().find(({ msg }) => msg === 'request')).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/users/:id',
      status: 200,
      request_id: 'request-1',
      duration_ms: expect.any(Number),
      address: '127.0.0.1',
    });
    expect(text()).not.toContain('s3cret');
  });

  it('names the request in every line that is written on its behalf', async () => {
    const { logger, lines } = recording('info');
    const server = await serve(logger);
    await server.inject({ url: '/users/42' });
    await server.close();
    expect(lines().find(({ msg }) => msg === 'at work')).toMatchObject({ request_id: 'request-1' });
    new PinoLogger(logger).log('outside');
    expect(lines().at(-1)).not.toHaveProperty('request_id');
  });

  it('is silent about probes and loud about failures', async () => {
    const { logger, lines } = recording('info');
    const server = await serve(logger);
    await server.inject({ url: '/health/live' });
    await server.inject({ url: '/broken' });
    await server.inject({ url: '/nowhere' });
    await server.close();
    expect(lines().map(({ level, status, route }) => ({ level, status, route }))).toEqual([
      { level: 'error', status: 500, route: '/broken' },
      { level: 'warn', status: 404, route: 'unmatched' },
    ]);
  });
});
