import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { sourceFiles } from './source-files.js';

const MAX_LINES = 300;
const DOMAIN_ERROR =
  /extends (?:DomainError|Malformed|Unauthenticated|Forbidden|NotFound|Conflict|PreconditionFailed|Invalid|TooManyRequests)\b/;

/** What a file may only hold under its suffix. */
const SUFFIXES: readonly { what: string; sign: RegExp; suffix: string; within: string }[] = [
  { what: 'Drizzle tables', sign: /\bpgTable\(/, suffix: '.table.ts', within: 'src/**/*.ts' },
  {
    what: 'Mongoose schemas',
    sign: /\bnew (?:mongoose\.)?Schema\b/,
    suffix: '.schema.ts',
    within: 'src/**/*.ts',
  },
  { what: 'controllers', sign: /^@Controller\(/m, suffix: '.controller.ts', within: 'src/**/*.ts' },
  { what: 'modules', sign: /^@Module\(/m, suffix: '.module.ts', within: 'src/!(cli)/**/*.ts' },
  { what: 'DTOs', sign: /extends createZodDto\(/, suffix: '.dto.ts', within: 'src/**/*.ts' },
  { what: 'domain errors', sign: DOMAIN_ERROR, suffix: '.errors.ts', within: 'src/modules/**/*.ts' },
];

const VAGUE = /(?:^|[./-])(?:utils?|helpers?|misc|manager|processor)[./-]/;

describe('source files', () => {
  const files = sourceFiles('{src,test,bench,scripts}/**/*.{ts,mjs,cjs}');

  it(`have at most ${MAX_LINES} lines`, () => {
    const long = files.filter(({ text }) => text.split('\n').length > MAX_LINES + 1);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('have names that say what is in them', () => {
    expect(files.filter(({ path }) => VAGUE.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('export by name', () => {
    const sources = files.filter(({ path }) => path.startsWith('src/'));
    expect(sources.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it.each(SUFFIXES)('keep $what in *$suffix', ({ sign, suffix, within }) => {
    const misplaced = sourceFiles(within).filter(
      ({ path, text }) => sign.test(text) && !path.endsWith(suffix),
    );
    expect(misplaced.map(({ path }) => path)).toEqual([]);
  });
});

describe('passwords', () => {
  it('are hashed and checked through the queue that bounds how many run at once', () => {
    const around = sourceFiles('src/{modules,flows,ops,cache}/**/*.ts').filter(({ text }) =>
      /\b(?:hashPassword|verifyPassword)\(/.test(text),
    );
    expect(around.map(({ path }) => path)).toEqual([]);
  });
});

describe('DTOs', () => {
  it('have names of their own: the schemas of the OpenAPI document are named by them', () => {
    const names = sourceFiles('src/**/*.dto.ts').flatMap(({ text }) =>
      [...text.matchAll(/^export class (\w+) extends createZodDto/gm)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the commands of package.json', () => {
  it('need Node and npm, and no pnpm: the bootstrap brings its own', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.entries(scripts).filter(([, command]) => /\bpnpm\b/.test(command))).toEqual([]);
  });
});
