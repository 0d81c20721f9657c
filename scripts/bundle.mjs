// Part of `npm run build`: puts each entry of dist/ and all that it loads into a few files, dist/bundle. A process would otherwise look
// for over 4,000 modules, which takes most of the time of its start. The modules in dist/ stay, for tests and bench/.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { rolldown } from 'rolldown';

import { root } from './lib/paths.mjs';

const DIST = path.join(root, 'dist');
const BUNDLE = path.join(DIST, 'bundle');

const entries = [
  'main',
  ...readdirSync(path.join(DIST, 'cli'))
    .flatMap((name) => /^(.+)\.js$/.exec(name)?.[1] ?? [])
    .map((name) => `cli/${name}`),
];

const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** Loaded from node_modules: what has programs or files of its own, and what only development has. */
const APART = ['@node-rs/argon2', '@node-rs/bcrypt', 'swagger-ui-dist', ...Object.keys(devDependencies)];
const isApart = (id) => APART.some((name) => id === name || id.startsWith(`${name}/`));

const bundle = await rolldown({
  cwd: root,
  platform: 'node',
  input: Object.fromEntries(entries.map((name) => [name, path.join(DIST, `${name}.js`)])),
  external: isApart,
  onLog(level, log) {
    // Packages look for optional ones in a `try`.
    if (log.code !== 'UNRESOLVED_IMPORT') process.stderr.write(`${level}: ${log.message}\n`);
  },
});
await bundle.write({
  dir: BUNDLE,
  format: 'esm',
  chunkFileNames: '[name].js',
  sourcemap: true,
  // Nest and the OpenAPI document use the names of classes.
  keepNames: true,
  codeSplitting: { groups: [{ name: 'packages', test: /node_modules/ }] },
  // V8 holds the whole text of a file that it runs, with two bytes for each character if one of them is not in Latin-1.
  comments: false,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
});
await bundle.close();
// Node reads a map as soon as any error is described, and that of the packages takes it most of a second.
const packages = path.join(BUNDLE, 'packages.js');
rmSync(`${packages}.map`);
writeFileSync(packages, readFileSync(packages, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));

for (const name of entries) {
  const toBundle = path.posix.relative(path.posix.dirname(name), 'bundle');
  writeFileSync(path.join(DIST, `${name}.js`), `import './${toBundle}/${name}.js';\n`);
}
