/** JSON texts in the place of a value. `JSON.stringify` could not write all of them. */
const OPERATORS = [
  '{"$gt":""}',
  '{"$ne":null}',
  '{"$in":[null,1,""]}',
  '{"$where":"while(true){}"}',
  '{"$regex":"^(a+)+$"}',
  '{"$expr":{"$function":{"body":"function(){while(1){}}","args":[],"lang":"js"}}}',
  '{"$ref":"users","$id":"1"}',
  '{"_bsontype":"ObjectId","id":"aaaaaaaaaaaa"}',
  '{"a.b":{"$set":1},"$set":{"role":"admin"}}',
];

const PROTOTYPES = [
  '{"__proto__":{"isPolluted":true}}',
  '{"constructor":{"prototype":{"isPolluted":true}}}',
  '{"toString":1,"valueOf":null,"then":1,"toJSON":"x","length":1e9}',
];

const SHAPES = [
  ...['null', 'true', '[]', '{}', '[[[]]]', '[null]', '""', '" "', '{"":{"":""}}'],
  ...[
    '-0',
    '-1',
    '1e308',
    '1e400',
    '5e-324',
    '9007199254740993',
    '0.1000000000000000055',
    '1e22',
    '-2147483649',
  ],
  `${'['.repeat(30)}${']'.repeat(30)}`,
  `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
  `[${'0,'.repeat(5_000)}0]`,
  `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":${n}`).join()}}`,
];

/** Texts in JSON syntax, because a lone surrogate or a control character could not be written otherwise. */
const TEXTS = [
  String.raw`"a\u0000b"`,
  String.raw`"\ud83d"`,
  String.raw`"\udc00\ud800"`,
  String.raw`"a\u202eb\u2066c"`,
  String.raw`"\ufeff\u200b\u2060"`,
  String.raw`"\u0430dmin"`,
  String.raw`"x\r\nSet-Cookie: stolen=1\r\nX-Injected: 1\r\n\r\n<html>"`,
  String.raw`"x\u001b[2J\n{\"level\":60,\"msg\":\"forged\"}"`,
  '"${7*7}#{7*7}{{7*7}}<%= 7*7 %>{% raw %}@(7*7)"',
  '"{count, plural, offset:9007199254740993 one {#} other {{x}}}"',
  `"'; drop table users; --"`,
  '"../../../../../../etc/passwd"',
  '"..%2f..%2f..%2fetc%2fpasswd%00.png"',
  '"file:///etc/passwd"',
  '"http://169.254.169.254/latest/meta-data/"',
  '"javascript:alert(1)"',
  `"=cmd|' /C calc'!A0"`,
  '"__proto__"',
  '"constructor"',
  '"$where"',
  `"${'a'.repeat(50_000)}!"`,
  `"${'a@'.repeat(20_000)}"`,
  `"${' '.repeat(50_000)}x"`,
  `"${'0'.repeat(50_000)}"`,
  `"${'((a+)+'.repeat(8_000)}"`,
  `"${'\\u0301'.repeat(8_000)}"`,
  '"+275760-09-13T00:00:00.001Z"',
  '"0000-00-00T24:61:61Z"',
  '"2026-02-30"',
];

export const HOSTILE_VALUES: readonly string[] = [...OPERATORS, ...PROTOTYPES, ...SHAPES, ...TEXTS];

/** Parts of a path, a query or a header, in encoded form. */
export const HOSTILE_PARTS: readonly string[] = [
  ...['%00', 'a%00b', '%ED%A0%80', '%FF%FE', '%', '%2', '%25', '%252e%252e%252f', '%E2%80%AE', '%EF%BC%8F'],
  ...['%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%5c..%5cwin.ini', '%2f%2fevil.test%2f', '*', '%20'],
  ...[
    '%0d%0aX-Injected:%201',
    '%0d%0a%0d%0a%3Chtml%3E',
    '$ne',
    '[$ne]',
    '%7B%22$gt%22:%22%22%7D',
    '__proto__',
  ],
  ...[
    'constructor',
    'hasOwnProperty',
    '-1',
    '0x10',
    '1e9',
    '9999999999',
    'NaN',
    'undefined',
    "'%20or%201=1--",
  ],
  ...['a'.repeat(500), '%F0%9F%92%A9'.repeat(30), '(a%2B)%2B$', '2026-02-30', '+275760-09-13T00:00:00.001Z'],
];

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

/** Cursors that no answer contained. */
export const HOSTILE_CURSORS: readonly string[] = [
  ...['', 'null', '[]', '{}', '[[]]', '[null]', '["x"', '[{"$gt":""}]', '[{"$gt":""},{"$ne":null}]', '1'].map(
    base64,
  ),
  base64('["+275760-09-13T00:00:00.001Z","01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11"]'),
  base64('["2026-01-01T00:00:00.000Z","01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11","more"]'),
  base64('["2026-01-01T00:00:00.000Z","\' or 1=1 --"]'),
  base64('["2026-01-01T00:00:00.000Z\\u0000","01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11"]'),
  base64('["2147483648"]'),
  base64('["-1"]'),
  base64('[{"__proto__":{"isPolluted":true}}]'),
  base64(`["${'a'.repeat(2_000)}"]`),
  base64('['.repeat(1_500)),
  'not+base64/at=all',
  '%00',
];

/** Header values that can be sent. Every HTTP client and server refuses a line break in one. */
export const HOSTILE_HEADERS: readonly string[] = [
  ...[
    '',
    '*',
    '"',
    'W/',
    '"a',
    'null',
    '__proto__',
    '$ne',
    '../..',
    '%0d%0aX-Injected: 1',
    "' or 1=1 --",
    '\t',
  ],
  ...[`"${'a'.repeat(4_000)}"`, '"a",'.repeat(1_500), 'Bearer', `Bearer ${'a'.repeat(3_000)}`, 'é', '\u0080'],
  ...[
    'text/html;q=99999999999',
    `${'a/b;q=0.1,'.repeat(800)}*/*`,
    'gzip;q=0',
    '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  ],
];
