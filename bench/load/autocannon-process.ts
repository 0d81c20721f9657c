// The load generator where there is no wrk: `node autocannon-process.js PLAN`, PLAN as JSON. Prints a `LoadResult`.
import { readFile } from 'node:fs/promises';

import autocannon from 'autocannon';
import { z } from 'zod';

import { type LoadResult, TIMEOUT_SECONDS } from './load.js';

const planSchema = z.object({
  baseUrl: z.string(),
  method: z.enum(['GET', 'POST']),
  headers: z.record(z.string(), z.string()),
  linesFile: z.string(),
  connections: z.number(),
  seconds: z.number(),
});

const plan = planSchema.parse(JSON.parse(process.argv[2] ?? ''));

function requestOf(line: string): autocannon.Request {
  const [path = '/', token = '', body = ''] = line.split('\t');
  return {
    method: plan.method,
    path,
    headers: { ...plan.headers, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === '' ? {} : { body }),
  };
}

const requests = (await readFile(plan.linesFile, 'utf8')).trimEnd().split('\n').map(requestOf);
let at = 0;
const next = (): autocannon.Request => requests[at++ % requests.length] ?? {};

const result = await autocannon({
  url: plan.baseUrl,
  connections: plan.connections,
  duration: plan.seconds,
  timeout: TIMEOUT_SECONDS,
  requests: requests.length === 1 ? requests : [{ setupRequest: next }],
});
const notModified = result.statusCodeStats['304']?.count ?? 0;
const report: LoadResult = {
  requests: result.requests.total,
  seconds: result.duration,
  bytes: result.throughput.total,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  badStatuses: result.non2xx - notModified,
  failures: result.errors,
};
process.stdout.write(JSON.stringify(report));
