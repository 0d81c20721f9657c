import { findPackageJSON } from 'node:module';
import path from 'node:path';

const manifest = findPackageJSON(import.meta.url);
if (manifest === undefined) throw new Error('There is no package.json above this file');

/** The folder of package.json, drizzle/ and dist/, from `src` as well as from `dist` and its bundle. */
export const packageRoot = path.dirname(manifest);
