// `npm run bench -- --growth`: what each list and detail route costs by the length of its table or collection.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describeFailure } from '../../src/cli/terminal/explained.js';
import { withDatabase } from '../../src/stores/mongo/with-database.js';
import { type Options, optionsSchema } from '../options.js';
import { describeMachine, type Machine } from '../report/machine.js';
import { asBearer, METRICS_TOKEN, startContestant } from '../servers/contestants.js';
import { createWorld, type World } from '../world/world.js';
import { prepareGround } from './ground.js';
import { type Ask, type GrowthPace, type GrowthResult, measureShape } from './measure-shape.js';
import { printedGrowth } from './print-growth.js';
import { SHAPES } from './shapes/shapes.js';

const FULL: GrowthPace = { small: 10_000, large: null, samples: 15, rounds: 3 };
/** As few rows as every filter needs to find something. */
const QUICK: GrowthPace = { small: 6_000, large: 9_000, samples: 3, rounds: 1 };
const METRICS_PATH = '/metrics';
/** Nothing is delivered or run, so that what waits stays, and nothing is answered from the cache. */
const AT_REST = { PROCESS_ROLE: 'api', CACHE_TTL: '1ms', VERIFY_EVERY: 'off' };

interface GrowthReport {
  growth: GrowthResult[];
  /** The shapes that could not be measured, and why. */
  problems: string[];
}

async function measureAll(world: World, { only, rows, quick }: Options): Promise<GrowthReport> {
  const normal = quick ? QUICK : FULL;
  const pace = { ...normal, large: rows ?? normal.large };
  const server = await startContestant('triptych', world, { env: AT_REST });
  try {
    return await withDatabase(world.stores.MONGODB_URI, async (mongo) => {
      const report: GrowthReport = { growth: [], problems: [] };
      for (const shape of SHAPES) {
        const ground = await prepareGround(world.sql, mongo);
        const isWanted = ({ route }: { route: string }) =>
          only.length === 0 || only.some((pattern) => shape.name === pattern || route.includes(pattern));
        if (!shape.reads(ground, pace.small).some(isWanted)) continue;
        const tokens = asBearer(ground.token);
        const ask: Ask = (asked) =>
          server.ask(asked, {
            headers: asked === METRICS_PATH ? asBearer(METRICS_TOKEN) : tokens,
            timeoutMs: 60_000,
          });
        process.stderr.write(`  ${shape.name}\n`);
        try {
          const measured = await measureShape(shape, ground, ask, pace, isWanted);
          process.stderr.write(printedGrowth(measured));
          report.growth.push(...measured);
        } catch (error) {
          report.problems.push(`${shape.name}: ${describeFailure(error)}`);
          process.stderr.write(describeFailure(error));
        }
      }
      return report;
    });
  } finally {
    await server.stop();
  }
}

async function run(options: Options): Promise<GrowthReport & { machine: Machine }> {
  const world = await createWorld(process.env);
  try {
    const machine = await describeMachine(world);
    return { machine, ...(await measureAll(world, options)) };
  } finally {
    await world.close();
  }
}

async function main(options: Options): Promise<void> {
  const report = await run(options);
  await mkdir(path.dirname(options.out), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : printedGrowth(report.growth));
  process.stderr.write(`\nWrote ${path.relative('', options.out)}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}

try {
  await main(optionsSchema.parse(JSON.parse(process.argv[2] ?? '')));
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}
