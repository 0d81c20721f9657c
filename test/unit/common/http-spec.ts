import { describe, expect, it } from 'vitest';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { DomainError } from '../../../src/common/errors/domain-error.js';
import { ContractPipe } from '../../../src/common/http/contract.pipe.js';
import { assertIfMatch, etagOf, etagOfResource, matchesNone } from '../../../src/common/http/etag.js';
import { decodeCursor, encodeCursor, toPage } from '../../../src/common/http/page.js';

class Dto extends createZodDto(z.strictObject({ name: z.string(), tags: z.array(z.string()).default([]) })) {}

function failure(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

describe('ContractPipe', () => {
  const pipe = new ContractPipe();

  it('answers a bad body with 422 and a bad parameter with 400, each fault by its path', () => {
    const input = { name: 7, tags: ['a', 1], extra: true };
    const body = failure(() => pipe.transform(input, { type: 'body', metatype: Dto }));
    expect([body.status, body.errors.map(({ path }) => path)]).toEqual([422, ['name', 'tags.1', 'extra']]);
    const query = failure(() => pipe.transform(input, { type: 'query', metatype: Dto }));
    expect(query.status).toBe(400);
  });

  it('gives the parsed value, and treats an absent body as an empty one', () => {
    expect(pipe.transform({ name: 'x' }, { type: 'body', metatype: Dto })).toEqual({ name: 'x', tags: [] });
    expect(failure(() => pipe.transform(undefined, { type: 'body', metatype: Dto })).errors[0]?.path).toBe(
      'name',
    );
  });

  it('refuses a null character by its path, except where a DTO keeps what it is given', () => {
    const input = { name: 'a\0', tags: ['a', '\0'] };
    const body = failure(() => pipe.transform(input, { type: 'body', metatype: Dto }));
    expect([body.status, body.errors.map(({ path }) => path)]).toEqual([422, ['name', 'tags.1']]);
    expect(failure(() => pipe.transform(input, { type: 'query', metatype: Dto })).status).toBe(400);
    class Keeping extends Dto {
      static readonly opaque = ['tags'];
    }
    const kept = { name: 'a', tags: ['\0'] };
    expect(pipe.transform(kept, { type: 'body', metatype: Keeping })).toEqual(kept);
  });

  it('does not let __proto__ through', () => {
    const input: unknown = JSON.parse('{"name":"x","__proto__":{"admin":true}}');
    expect(failure(() => pipe.transform(input, { type: 'body', metatype: Dto })).status).toBe(422);
  });
});

describe('validators', () => {
  const resource = { id: 1 };
  const etag = etagOfResource(resource);

  it('are over the bytes that are sent', () => {
    expect(etag).toBe(etagOf(Buffer.from('{"id":1}')));
    expect(etag).toMatch(/^"[\w-]{22}"$/);
  });

  it('name the version whatever a compressing proxy has made of them (ADR 21)', () => {
    expect(matchesNone(`"x", W/${etag}`, etag)).toBe(true);
    expect(matchesNone('*', etag)).toBe(true);
    expect(matchesNone('"x"', etag)).toBe(false);
    const suffixed = ['gzip', 'br', '-gzip'].map((suffix) => etag.replace(/"$/, `-${suffix}"`));
    for (const header of [undefined, '*', etag, `"x", ${etag}`, `W/${etag}`, ...suffixed]) {
      assertIfMatch(header, resource);
      if (header !== undefined) expect(matchesNone(header, etag)).toBe(true);
    }
    const others = ['"x"', 'W/"x"', etag.slice(1, -1), `W/${etag.slice(0, -2)}"`, '"-gzip"', ''];
    for (const header of others) expect(failure(() => assertIfMatch(header, resource)).status).toBe(412);
  });
});

describe('pages', () => {
  it('have a next cursor only where there is one item more', () => {
    const items = ['a', 'b', 'c'];
    const cut = (limit: number) =>
      toPage(
        items,
        limit,
        (item) => item,
        (item) => [item],
      ).page.next_cursor;
    expect(cut(3)).toBeNull();
    expect(cut(2)).toBe(encodeCursor(['b']));
  });

  it('refuse a cursor that is not theirs', () => {
    const position = ['2026-11-21T00:00:00.000Z', '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11'];
    expect(decodeCursor(encodeCursor(position), ['moment', 'id'])).toEqual(position);
    for (const bad of [
      '',
      '!',
      encodeCursor(['now', position[1] ?? '']),
      encodeCursor([]),
      encodeCursor([...position, 'x']),
      encodeCursor(['0000-01-01T00:00:00.000Z', position[1] ?? '']),
    ]) {
      expect(failure(() => decodeCursor(bad, ['moment', 'id'])).status).toBe(400);
    }
  });

  it('refuse a number that no column of PostgreSQL takes', () => {
    for (const good of ['0', '7', '2147483647'])
      expect(decodeCursor(encodeCursor([good]), ['integer'])).toEqual([good]);
    for (const bad of ['2147483648', '-1', '1.5', '1e3', '01', '0x1', '', ' 1', 'NaN'])
      expect(failure(() => decodeCursor(encodeCursor([bad]), ['integer'])).status).toBe(400);
  });
});
