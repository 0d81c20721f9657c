import { setTimeout as pause } from 'node:timers/promises';

import type { Chatter } from '../e2e/rooms/chat.js';
import { messageShape, type ShownMessage } from '../e2e/rooms/room-shapes.js';
import type { FaultRun } from '../support/fault-run.js';

/** What a client was told of one of its messages, and what it was not told. */
interface Expected {
  clientId: string;
  /** Null until it was acknowledged. */
  id: string | null;
  /** What it may say: the last acknowledged text, and every later one that was not answered. */
  texts: Set<string>;
  isDeleted: 'no' | 'maybe' | 'yes';
}

/** Two people who write, edit, delete and read, and remember what they were told. */
export class ChatModel {
  private readonly messages: Expected[] = [];
  private texts = 0;
  acknowledged = 0;
  refused = 0;
  readonly faults: string[] = [];

  constructor(
    private readonly run: FaultRun,
    private readonly roomId: string,
    private readonly author: Chatter,
    private readonly reader: Chatter,
  ) {}

  async step(): Promise<void> {
    const [what = 'send'] = [['send', 'send', 'edit', 'delete', 'read', 'walk'][this.run.between(0, 5)]];
    const known = this.messages.filter(({ id, isDeleted }) => id !== null && isDeleted === 'no');
    const one = known[this.run.between(0, Math.max(0, known.length - 1))];
    if (what === 'send' || !one) {
      await this.send(this.begin());
      return;
    }
    if (what === 'edit') return this.edit(one);
    if (what === 'delete') return this.delete(one);
    const answer = await this.reader.ask(
      'GET',
      `/${this.roomId}/messages?limit=${what === 'read' ? 5 : 200}`,
    );
    this.count('read', answer.status);
  }

  /** Sends again what was not acknowledged: it is there once. An author has 60 attempts in 10 s, refused ones included. */
  async finish(): Promise<void> {
    for (const message of this.messages)
      if (message.id === null) while ((await this.send(message)) === 429) await pause(500);
  }

  /** What is wrong in all that can be read now. */
  faultsOf(read: readonly ShownMessage[]): string[] {
    const byId = new Map(read.map((message) => [message.id, message]));
    const wrong = [...this.faults];
    if (byId.size !== read.length) wrong.push(`${read.length - byId.size} messages twice`);
    if (read.length !== this.messages.length)
      wrong.push(`${read.length} messages instead of ${this.messages.length}`);
    for (const { id, clientId, texts, isDeleted } of this.messages) {
      const found = byId.get(id ?? '');
      if (!found) wrong.push(`${clientId} is lost`);
      else if (found.deleted) {
        if (isDeleted === 'no') wrong.push(`${clientId} is deleted`);
      } else if (isDeleted === 'yes') wrong.push(`${clientId} is resurrected`);
      else if (!texts.has(found.content ?? ''))
        wrong.push(`${clientId} says ${found.content ?? ''} and not ${[...texts].join(' or ')}`);
    }
    return wrong;
  }

  private begin(): Expected {
    const text = this.newText();
    const clientId = `client-${text}`;
    const message: Expected = { clientId, id: null, texts: new Set([text]), isDeleted: 'no' };
    this.messages.push(message);
    return message;
  }

  private newText = (): string => `text ${(this.texts += 1)}`;

  private async send(message: Expected): Promise<number> {
    const [content] = message.texts;
    const body = { content, client_id: message.clientId };
    const answer = await this.author.ask('POST', `/${this.roomId}/messages`, body);
    if (this.count('send', answer.status)) message.id = messageShape.parse(answer.body).id;
    return answer.status;
  }

  private async edit(message: Expected): Promise<void> {
    const content = this.newText();
    const answer = await this.author.ask('PATCH', `/${this.roomId}/messages/${message.id ?? ''}`, {
      content,
    });
    if (this.count('edit', answer.status)) message.texts = new Set([content]);
    else message.texts.add(content);
  }

  private async delete(message: Expected): Promise<void> {
    const answer = await this.author.ask('DELETE', `/${this.roomId}/messages/${message.id ?? ''}`);
    message.isDeleted = this.count('delete', answer.status) ? 'yes' : 'maybe';
  }

  /** 404 and 409: the store that has the message, or its newest version, is away. 429: see `finish`. */
  private count(what: string, status: number): boolean {
    if (status < 300) this.acknowledged += 1;
    else this.refused += 1;
    if (![200, 201, 204, 404, 409, 429, 503].includes(status)) this.faults.push(`${what}: ${status}`);
    return status < 300;
  }
}
