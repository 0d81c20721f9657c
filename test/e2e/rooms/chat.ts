import { seedTenant, type Tenant } from '../../factories/tenant.js';
import type { Answer, TestApp } from '../../support/test-app.js';
import { messagePageShape, messageShape, roomShape, type ShownMessage } from './room-shapes.js';

/** The application that people chat in. */
export type ChatApp = Pick<TestApp, 'app' | 'tenant' | 'request'>;

/** One person of the test's organisation, with the requests that a chat client makes. */
export class Chatter {
  constructor(
    private readonly t: ChatApp,
    readonly tenant: Tenant,
  ) {}

  static async join(t: ChatApp, role: 'member' | 'admin' | 'viewer' = 'member'): Promise<Chatter> {
    return new Chatter(t, await seedTenant(t.app, { orgId: t.tenant.orgId, role }));
  }

  get id(): string {
    return this.tenant.userId;
  }

  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.t.request(method, `/api/v1/rooms${path}`, { body, headers, token: this.tenant.token });
  }

  async open(type: 'direct' | 'group', ...others: Chatter[]): Promise<string> {
    const answer = await this.ask('POST', '', { type, member_ids: others.map(({ id }) => id) });
    if (answer.status >= 300) throw new Error(`POST rooms: ${answer.status} ${answer.text}`);
    return roomShape.parse(answer.body).id;
  }

  async say(roomId: string, content: string, more: object = {}): Promise<ShownMessage> {
    const answer = await this.ask('POST', `/${roomId}/messages`, { content, ...more });
    if (answer.status !== 201) throw new Error(`POST messages: ${answer.status} ${answer.text}`);
    return messageShape.parse(answer.body);
  }

  async page(roomId: string, query = '') {
    const answer = await this.ask('GET', `/${roomId}/messages${query}`);
    if (answer.status !== 200) throw new Error(`GET messages: ${answer.status} ${answer.text}`);
    return messagePageShape.parse(answer.body);
  }

  /** Every message, by the cursors of the pages. */
  async walk(roomId: string, limit: number, between: () => Promise<void> = () => Promise.resolve()) {
    const seen: ShownMessage[] = [];
    const sources = new Set<string>();
    let cursor: string | null = null;
    do {
      const query = cursor === null ? '' : `&before=${cursor}`;
      const { data, page, source } = await this.page(roomId, `?limit=${limit}${query}`);
      seen.push(...data);
      sources.add(source);
      cursor = page.next_cursor;
      await between();
    } while (cursor !== null);
    return { seen, sources };
  }

  async unread(roomId: string): Promise<number> {
    return roomShape.parse((await this.ask('GET', `/${roomId}`)).body).unread_count;
  }
}
