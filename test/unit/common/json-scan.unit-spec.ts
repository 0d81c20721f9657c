import { describe, expect, it } from 'vitest';

import { DomainError } from '../../../src/common/errors/domain-error.js';
import { scanJson } from '../../../src/common/http/body/json-scan.js';

const BOUNDS = { depth: 32, members: 20_000 };

const scan = (text: string, bounds = BOUNDS): void => scanJson(Buffer.from(text), bounds);

function refusal(text: string, bounds = BOUNDS): { status: number; paths: string[] } | null {
  try {
    scan(text, bounds);
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { status: error.status, paths: error.errors.map(({ path }) => path) };
  }
}

describe('the scan of a JSON body', () => {
  it('counts levels and members, and takes what is just within the bounds', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(refusal(nested(32))).toBeNull();
    expect(refusal(nested(33))).toEqual({ status: 400, paths: [] });
    expect(refusal(nested(90), { ...BOUNDS, depth: 90 })).toBeNull();
    const members = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 0));
    expect(refusal(members(20_000))).toBeNull();
    expect(refusal(members(20_001))).toEqual({ status: 400, paths: [] });
    expect(refusal(members(20_001), { ...BOUNDS, members: Infinity })).toBeNull();
  });

  it.each([
    ['{}', 0],
    ['7', 0],
    ['{"a":[],"b":{},"c":"x,y:[{","d":null,"e":true,"f":-1.5e3}', 6],
    ['[ "a" , [ 1 , 2 ] , { "b" : [ ] } ]', 6],
  ])('counts each member of %s once', (text, members) => {
    expect(refusal(text, { ...BOUNDS, members })).toBeNull();
    if (members > 0) expect(refusal(text, { ...BOUNDS, members: members - 1 })).not.toBeNull();
  });

  it.each([
    ['{"n":9007199254740993}', 'n'],
    ['{"a":{"b":[0,{"c":-12345678901234567890}]}}', 'a.b.1.c'],
    ['[1e400]', '0'],
    ['{"n":-1e400}', 'n'],
    ['{"n":1e-400}', 'n'],
    [`{"n":${'9'.repeat(500_000)}}`, 'n'],
    [String.raw`{"s":"\ud800"}`, 's'],
    [String.raw`{"a":[{"s":"x\udc00\ud800"}]}`, 'a.0.s'],
    [String.raw`{"s":"\ud800\u0041"}`, 's'],
    [String.raw`{"a":{"\ud83d":1}}`, 'a'],
    [String.raw`{"a\"b":{"s":"\udfff"}}`, 'a"b.s'],
  ])('refuses what would not come back equal, by its path: %s', (text, path) => {
    expect(refusal(text)).toEqual({ status: 422, paths: [path] });
  });

  it.each([
    '9007199254740991',
    '9007199254740992',
    '-9007199254740994',
    '100000000000000000000000',
    '0.1',
    '-0',
    '0e5',
    '0.000e-999',
    '1.7976931348623157e308',
    '5e-324',
    '3.14159265358979323846',
    String.raw`"\ud83d\ude00 \\ud800 \u0041"`,
    '"😀"',
  ])('takes %s', (text) => {
    expect(refusal(text)).toBeNull();
    expect(refusal(`{"a":[${text}]}`)).toBeNull();
  });

  it.each(['', '"', '"\\', '"\\u', '"\\ud8', '}}}}', ']', ',,,,', '{"a"', '{{"a":1}', '[}', '-', '1e', '\0'])(
    'leaves what is no JSON to the parser: %j',
    (text) => {
      const status = refusal(text)?.status ?? 'left';
      expect(['left', 400, 422]).toContain(status);
    },
  );

  it('names at most twenty faults', () => {
    const text = `[${Array.from({ length: 1_000 }, () => '1e999').join()}]`;
    expect(refusal(text)?.paths).toHaveLength(20);
  });
});
