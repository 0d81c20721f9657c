import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Licences (SPDX) under which a package may be used here. They demand at most a notice. */
export const ALLOWED = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense'],
  ...['CC0-1.0', 'Zlib', 'Python-2.0'],
]);

/** Packages with other licences, or without one in their package.json, and why each may be used. */
export const EXCEPTIONS = {
  'axe-core': 'MPL-2.0: a tool of the tests, used unchanged',
  lightningcss: 'MPL-2.0: a tool of the build of the dashboard, used unchanged',
  'caniuse-lite': 'CC-BY-4.0: data for tools of the build',
  '@openfeature/ofrep-core': 'Apache-2.0 by its LICENSE file; a client of the tests',
  '@openfeature/ofrep-provider': 'Apache-2.0 by its LICENSE file; a client of the tests',
};

/** Whether an SPDX expression allows the use: one side of an OR, both of an AND. */
export function isAllowed(expression) {
  const text = expression.replace(/^\((.*)\)$/, '$1').trim();
  for (const [operator, some] of [
    [' OR ', true],
    [' AND ', false],
  ]) {
    const parts = text.split(operator);
    if (parts.length > 1) return some ? parts.some(isAllowed) : parts.every(isAllowed);
  }
  return ALLOWED.has(text);
}

const isException = (name) =>
  Object.keys(EXCEPTIONS).some(
    (known) => name === known || (known === 'lightningcss' && name.startsWith('lightningcss-')),
  );

const blocksOf = (section) =>
  section
    .split(/\n(?= {2}\S)/)
    .slice(1)
    .map((block) => ({ id: /^ {2}'?([^\n'(]+)/.exec(block)[1].replace(/:.*$/, ''), block }));

/** The packages of the lock file as `name@version`. `isOptional`: installed only on the systems that need it. */
export function lockedPackages(lock) {
  const from = lock.indexOf('\npackages:\n');
  const to = lock.indexOf('\nsnapshots:\n');
  if (from < 0 || to < from)
    throw new Error('pnpm-lock.yaml has no list of packages that this script can read');
  const optional = new Set(
    blocksOf(lock.slice(to))
      .filter(({ block }) => /\n {4}optional: true/.test(block))
      .map(({ id }) => id),
  );
  return blocksOf(lock.slice(from, to)).map(({ id }) => ({ id, isOptional: optional.has(id) }));
}

const names = (folder) =>
  readdirSync(folder).flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );

/** The declared licence of each installed package, by `name@version`. */
export function installedPackages(store) {
  const found = new Map();
  for (const folder of readdirSync(store)) {
    const modules = path.join(store, folder, 'node_modules');
    if (folder === 'node_modules' || !existsSync(modules)) continue;
    for (const name of names(modules)) {
      const file = path.join(modules, name, 'package.json');
      // Links are dependencies of a package, which have folders of their own.
      if (lstatSync(path.join(modules, name)).isSymbolicLink() || !existsSync(file)) continue;
      const own = JSON.parse(readFileSync(file, 'utf8'));
      found.set(`${own.name}@${own.version}`, { name: own.name, licence: licenceOf(own) });
    }
  }
  return found;
}

/** The old form was a list of objects. */
function licenceOf({ license, licenses }) {
  if (typeof license === 'string') return license;
  const list = [license ?? licenses ?? []].flat().map((one) => one.type ?? one);
  return list.length === 0 ? null : list.join(' OR ');
}

/** The faults of the licences of the locked packages, one line for each. */
export function faultsOfLicences(lock, installed) {
  const faults = [];
  for (const { id, isOptional } of lockedPackages(lock)) {
    const own = installed.get(id);
    if (!own) {
      if (!isOptional) faults.push(`${id} is locked and not installed: npm run quickstart installs it`);
      continue;
    }
    if (isException(own.name) || (own.licence !== null && isAllowed(own.licence))) continue;
    faults.push(`${id}: ${own.licence ?? 'no licence is named'}`);
  }
  return faults;
}
