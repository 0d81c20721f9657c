import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { World } from '../world/world.js';

/** A product that is measured beside ours, as npm has it. */
export interface Product {
  name: string;
  version: string;
  package: string;
  /** Packages that npm must take in another version than the product asks for, so that it runs on this Node. */
  overrides?: Readonly<Record<string, string>>;
}

/** Its packages could not be installed on this machine. */
export class NotInstalled extends Error {}

const OUTPUT_KEPT = 2_000;

/** Runs a program to its end and returns the end of its output; rejects with it if it fails. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${path.basename(command)} ${args[0] ?? ''} failed:\n${output.trimEnd()}`);
  return output;
}

/** Where native add-ons find the headers of this very Node, if they are beside it. Otherwise they are downloaded. */
function headersOfNode(): Record<string, string> {
  const folder = path.resolve(path.dirname(process.execPath), '..');
  const hasHeaders = existsSync(path.join(folder, 'include', 'node', 'node_version.h'));
  return hasHeaders ? { npm_config_nodedir: folder } : {};
}

/** The folder of the installed package. Kept for the next run. Throws `NotInstalled`. */
export async function install(product: Product, { scratch }: World): Promise<string> {
  const { name, version, package: packageName, overrides = {} } = product;
  const folder = scratch.in('products', `${packageName}-${version}`);
  const installed = path.join(folder, 'node_modules', packageName);
  if (existsSync(folder)) return installed;
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  const manifest = { private: true, dependencies: { [packageName]: version }, overrides };
  await writeFile(path.join(temporary, 'package.json'), JSON.stringify(manifest));
  try {
    await runToEnd('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'], {
      cwd: temporary,
      env: { ...process.env, ...headersOfNode() },
    });
    await rename(temporary, folder);
    return installed;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw new NotInstalled(`${name} ${version} could not be installed`, { cause: error });
  }
}
