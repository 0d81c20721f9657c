// Clients that send as fast as they are answered, in a process of their own so that their work does not delay what the
// test measures. Prints what came of the requests as JSON.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

const { url, tokens, width, ms } = JSON.parse(process.argv[2]);
const target = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: width });
const statuses = {};
const refusedMs = [];
const acknowledged = [];
let broken = 0;

function send(method, path, token, body) {
  const startedAt = performance.now();
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const request = http.request(
      { agent, method, path, headers, host: target.hostname, port: target.port },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, ms: performance.now() - startedAt }));
      },
    );
    request.on('error', () => resolve({ status: 0, ms: performance.now() - startedAt }));
    request.end(text);
  });
}

async function client(number) {
  const token = tokens[number % tokens.length];
  for (let n = number; performance.now() < ms; n += 1) {
    const email = `${randomUUID()}@example.com`;
    const answer = await (n % 4 === 0
      ? send('POST', '/api/v1/users', token, { email, username: email.slice(0, 36) })
      : n % 4 === 1
        ? send('GET', `/api/v1/users?limit=${1 + (n % 50)}`, token)
        : send('GET', '/api/v1/profile', token));
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status === 0) broken += 1;
    else if (answer.status === 503 || answer.status === 429) refusedMs.push(answer.ms);
    else if (answer.status === 201) acknowledged.push(email);
  }
}

await Promise.all(Array.from({ length: width }, (_, number) => client(number)));
agent.destroy();
refusedMs.sort((a, b) => a - b);
process.stdout.write(
  JSON.stringify({
    statuses,
    broken,
    acknowledged,
    refused: refusedMs.length,
    longestRefusalMs: refusedMs.at(-1) ?? 0,
    p99RefusalMs: refusedMs[Math.floor(refusedMs.length * 0.99)] ?? 0,
  }),
);
