import type { ThroughputCase } from '../cases/case.js';
import { DIRECTUS } from '../products/directus.js';
import { install, NotInstalled, type Product } from '../products/product.js';
import { UNLEASH } from '../products/unleash.js';
import type { World } from '../world/world.js';
import { ACCOUNT_CASES } from './accounts.js';
import { FLAG_CASES } from './flags.js';

/** Of `npm run bench -- --compare`. */
export const COMPARED: readonly ThroughputCase[] = [...ACCOUNT_CASES, ...FLAG_CASES];

const PRODUCTS: readonly Product[] = [DIRECTUS, UNLEASH];

/** The cases without the products that cannot be installed on this machine, after saying which those are. */
export async function withInstalled(
  cases: readonly ThroughputCase[],
  world: World,
  say: (what: string) => void,
): Promise<ThroughputCase[]> {
  const missing = new Set<string>();
  for (const product of PRODUCTS) {
    if (!cases.some(({ contenders }) => contenders.some(({ contestant }) => contestant === product.name)))
      continue;
    say(`${product.name} ${product.version} is installed, if it is not yet`);
    try {
      await install(product, world);
    } catch (error) {
      if (!(error instanceof NotInstalled)) throw error;
      missing.add(product.name);
      say(`${error.message}, and is left out: ${error.cause instanceof Error ? error.cause.message : ''}`);
    }
  }
  return cases.map((test) => {
    const [ours, ...others] = test.contenders;
    return { ...test, contenders: [ours, ...others.filter(({ contestant }) => !missing.has(contestant))] };
  });
}
