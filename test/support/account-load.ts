import { setTimeout as pause } from 'node:timers/promises';

import { newId } from '../../src/common/ids/ids.js';
import { newAccount } from '../factories/account.js';
import type { ApiFleet } from './api-fleet.js';
import type { ApiRequest, TimedAnswer } from './api-process.js';
import { eventually } from './eventually.js';
import type { FaultRun } from './fault-run.js';

/**
 * A client's knowledge of a change. `open`: it received no answer, or 503, so the change may or may not have happened.
 */
export type Fate = 'unasked' | 'acknowledged' | 'open';

/** An account that a client creates, changes once, and sometimes deletes: each change can be seen in PostgreSQL. */
export interface LoadedAccount {
  email: string;
  id: string | null;
  created: Fate;
  updated: Fate;
  deleted: Fate;
}

/** An API key that is requested with one `Idempotency-Key` until there is an answer. The table allows equal names. */
export interface LoadedKey {
  name: string;
  id: string | null;
}

const BACK_OFF_MS = 50;
const ANSWERED_WITHIN_MS = 60_000;
const API_KEYS = 0.25;
const REPEATED = 0.5;
const DELETED = 0.4;

/** Clients that change one organisation, and the answers that they received. */
export class AccountLoad {
  readonly accounts: LoadedAccount[] = [];
  readonly keys: LoadedKey[] = [];
  /** Answers that neither a fault nor a repetition explains. */
  readonly failures: string[] = [];
  private isOver = false;
  acknowledged = 0;
  /** Requests without an answer. */
  unanswered = 0;
  /** Answers 503. */
  refused = 0;
  /** Repetitions that received the first attempt's result. */
  replayed = 0;
  /** Requests per second, of all clients together. Infinity: each sends its next request at once. */
  pace = Infinity;
  private nextAt = 0;

  constructor(
    private readonly fleet: ApiFleet,
    private readonly token: string,
    private readonly run: FaultRun,
  ) {}

  /**
   * Runs so many clients, each with one request at a time, while `during` runs and until their last requests are
   * answered. Ends early at an answer that no fault explains.
   */
  async drive(width: number, during: () => Promise<void>): Promise<void> {
    const client = async (): Promise<void> => {
      while (!this.isOver) await (this.run.random() < API_KEYS ? this.changeKey() : this.changeAccount());
    };
    const fault = during().finally(() => {
      this.isOver = true;
    });
    await Promise.all([fault, ...Array.from({ length: width }, client)]);
  }

  /** Waits until so many changes were acknowledged. */
  async reached(count: number): Promise<void> {
    await eventually(
      () => Promise.resolve(this.acknowledged),
      (acknowledged) => acknowledged >= count || this.failures.length > 0,
      ANSWERED_WITHIN_MS,
    );
  }

  private async changeAccount(): Promise<void> {
    const body = newAccount();
    const [isRepeated, isDeleted] = [this.run.random() < REPEATED, this.run.random() < DELETED];
    const account: LoadedAccount = {
      ...{ email: body.email, id: null },
      ...{ created: 'open', updated: 'unasked', deleted: 'unasked' },
    };
    this.accounts.push(account);
    const created = isRepeated
      ? await this.repeat('/api/v1/users', body)
      : await this.ask('POST', '/api/v1/users', 201, { body });
    if (!created) return;
    account.created = 'acknowledged';
    account.id = idOf(created);
    const route = `/api/v1/users/${account.id}`;
    account.updated = 'open';
    const avatar = `https://example.com/${account.id}.png`;
    if (!(await this.ask('PATCH', route, 200, { body: { avatar } }))) return;
    account.updated = 'acknowledged';
    if (!isDeleted) return;
    account.deleted = 'open';
    if (await this.ask('DELETE', route, 204)) account.deleted = 'acknowledged';
  }

  private async changeKey(): Promise<void> {
    const key: LoadedKey = { name: newId(), id: null };
    this.keys.push(key);
    const body = { name: key.name, scopes: ['users:read'], environment: 'test' };
    const made = await this.repeat('/api/v1/api-keys', body);
    key.id = made && idOf(made);
  }

  /** Repeats the POST with the same key until it is answered. Null: the answer ends the test. */
  private async repeat(route: string, body: unknown): Promise<TimedAnswer | null> {
    const headers = { 'idempotency-key': newId() };
    const answer = await eventually(
      () => this.ask('POST', route, 201, { body, headers }),
      (given) => given !== null || this.failures.length > 0,
      ANSWERED_WITHIN_MS,
    );
    if (answer?.headers.get('idempotency-replayed') === 'true') this.replayed += 1;
    return answer;
  }

  /** Waits until the pace allows the next request. A delay is not caught up by a burst. */
  private async turn(): Promise<void> {
    if (this.pace === Infinity) return;
    const now = performance.now();
    const at = Math.max(this.nextAt, now);
    this.nextAt = at + 1_000 / this.pace;
    if (at > now) await pause(at - now);
  }

  /** The answer if it is the expected one, otherwise null. */
  private async ask(
    method: string,
    route: string,
    expected: number,
    request: ApiRequest = {},
  ): Promise<TimedAnswer | null> {
    await this.turn();
    const answer = await this.fleet.request(method, route, { token: this.token, ...request });
    if (answer?.status === expected) {
      this.acknowledged += 1;
      return answer;
    }
    if (!answer) this.unanswered += 1;
    else if (answer.status === 503) this.refused += 1;
    else if (!isUnderWay(answer)) {
      this.failures.push(`${method} ${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
      this.isOver = true;
    }
    // Pauses like real clients. Otherwise thousands of refusals would take the processor time that the returning store
    // needs.
    if (answer) await pause(BACK_OFF_MS);
    return null;
  }
}

const idOf = ({ body }: TimedAnswer): string => (body as { id: string }).id;

/** The first request with the key still holds it: its process is dead, but PostgreSQL has not noticed yet. */
const isUnderWay = ({ status, body }: TimedAnswer): boolean =>
  status === 409 && (body as { code?: string }).code === 'idempotency.under_way';
