import { type Agent, request } from 'node:http';

/** One answer, whole. */
export interface Exchange {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
  /** On the wire: status line, headers and body. */
  bytes: number;
  elapsedMs: number;
}

export interface ExchangeRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  timeoutMs?: number;
  agent?: Agent;
}

/** The server gave no answer in time. */
export class Unanswered extends Error {}

const wireBytes = (status: number, message: string, rawHeaders: readonly string[], body: number): number => {
  const statusLine = `HTTP/1.1 ${status} ${message}\r\n`.length;
  // `name: value\r\n`: four characters for each pair.
  return statusLine + rawHeaders.join('').length + rawHeaders.length * 2 + 2 + body;
};

/** Rejects as the socket does, and with `Unanswered`. Not `fetch`, which hides what went over the wire. */
export function exchange(url: string, options: ExchangeRequest = {}): Promise<Exchange> {
  const { method = 'GET', headers = {}, body, timeoutMs = 10_000, agent } = options;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, ...(agent && { agent }) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const whole = Buffer.concat(chunks);
        const status = answer.statusCode ?? 0;
        resolve({
          status,
          headers: answer.headers,
          text: whole.toString('utf8'),
          bytes: wireBytes(status, answer.statusMessage ?? '', answer.rawHeaders, whole.length),
          elapsedMs: performance.now() - startedAt,
        });
      });
    });
    const timer = setTimeout(
      () => asked.destroy(new Unanswered(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    asked.on('close', () => clearTimeout(timer));
    asked.on('error', reject);
    asked.end(body);
  });
}
