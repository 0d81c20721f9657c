import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

interface Licences {
  EXCEPTIONS: Readonly<Record<string, string>>;
  isAllowed: (expression: string) => boolean;
  lockedPackages: (lock: string) => { id: string; isOptional: boolean }[];
  faultsOfLicences: (lock: string, installed: ReadonlyMap<string, object>) => string[];
}

interface Vulnerabilities {
  verdictOf: (run: { stdout: string; why: string }) => object;
}

const script = (name: string): Promise<unknown> => import(path.resolve('scripts/lib', name));
const { EXCEPTIONS, isAllowed, lockedPackages, faultsOfLicences } = (await script(
  'licences.mjs',
)) as Licences;
const { verdictOf } = (await script('vulnerabilities.mjs')) as Vulnerabilities;

const LOCK = `lockfileVersion: '9.0'

packages:

  '@scope/one@1.0.0':
    resolution: {integrity: sha512-a}

  two@2.0.0:
    resolution: {integrity: sha512-b}
    os: [darwin]

snapshots:

  '@scope/one@1.0.0': {}

  two@2.0.0:
    optional: true
`;

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['GPL-3.0-only OR MIT', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
    ['', false],
  ])('%s: %s', (expression, isRight) => {
    expect(isAllowed(expression)).toBe(isRight);
  });

  it('are read for each locked package of this system', () => {
    expect(lockedPackages(LOCK)).toEqual([
      { id: '@scope/one@1.0.0', isOptional: false },
      { id: 'two@2.0.0', isOptional: true },
    ]);
    const one = (licence: string | null) => new Map([['@scope/one@1.0.0', { name: '@scope/one', licence }]]);
    expect(faultsOfLicences(LOCK, one('MIT'))).toEqual([]);
    expect(faultsOfLicences(LOCK, one('AGPL-3.0-only'))).toEqual(['@scope/one@1.0.0: AGPL-3.0-only']);
    expect(faultsOfLicences(LOCK, one(null))).toEqual(['@scope/one@1.0.0: no licence is named']);
    expect(faultsOfLicences(LOCK, new Map())).toHaveLength(1);
  });

  it('have no exception for a package that is not locked', () => {
    const locked = lockedPackages(readFileSync('pnpm-lock.yaml', 'utf8')).map(({ id }) => id);
    expect(locked.length).toBeGreaterThan(500);
    const unused = Object.keys(EXCEPTIONS).filter((name) => !locked.some((id) => id.startsWith(`${name}@`)));
    expect(unused).toEqual([]);
  });
});

describe('an audit', () => {
  const report = (severity: string) =>
    JSON.stringify({
      advisories: {
        1: {
          ...{ severity, module_name: 'two', vulnerable_versions: '<2.0.1', title: 'A hole' },
          github_advisory_id: 'GHSA-x',
        },
      },
    });

  it.each([
    ['critical', true],
    ['high', true],
    ['moderate', false],
  ])('fails the check from high on: %s', (severity, isFault) => {
    expect(verdictOf({ stdout: report(severity), why: '' })).toMatchObject({
      isFault,
      summary: expect.stringContaining(`${severity}: two <2.0.1: A hole (GHSA-x)`),
    });
  });

  it('is fine without an advisory', () => {
    expect(verdictOf({ stdout: '{"advisories":{}}', why: '' })).toEqual({
      isFault: false,
      summary: 'No known vulnerabilities.',
    });
  });

  it.each([
    ['', 'no answer within 15 s', 'no answer within 15 s'],
    [
      '{"error":{"message":"The endpoint responded with 405. Fallback as well."}}',
      '',
      'The endpoint responded with 405.',
    ],
  ])('says why it says nothing: %s', (stdout, why, unknown) => {
    expect(verdictOf({ stdout, why })).toEqual({ isFault: false, unknown });
  });
});
