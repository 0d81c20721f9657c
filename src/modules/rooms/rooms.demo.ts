import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { DemoOwner, DemoStep } from '../../flows/demo/demo-step.js';
import { MessagesService } from './messages.service.js';
import { RoomsService } from './rooms.service.js';

const NAME = 'Launch';
const SAID = [
  'Welcome. This room is a group: its messages are in PostgreSQL.',
  'A direct room keeps its messages in MongoDB, with a copy in PostgreSQL.',
  'Stop either database and write on.',
] as const;

/** A group of the demonstration organisation, with messages of its owner. */
@Injectable()
export class RoomsDemo implements DemoStep {
  constructor(
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
  ) {}

  async seed({ organizationId, userId }: DemoOwner): Promise<readonly string[]> {
    const actor: Principal = {
      ...{ kind: 'user', orgId: organizationId, userId, role: 'owner', platformRole: 'user' },
      ...{ sessionId: null, apiKeyId: null, scopes: null, flagEnvironment: null },
    };
    const known = await this.rooms.list(actor, 200, null);
    if (known.some(({ room }) => room.name === NAME)) return [];
    const { room } = await this.rooms.create(actor, { type: 'group', name: NAME, memberIds: [] });
    for (const [at, content] of SAID.entries()) {
      const identity = { clientId: `c:demo-${at}`, givenAs: 'client_id' } as const;
      await this.messages.send(actor, room.id, { content, fileUrl: null, ...identity });
    }
    return ['1 room', `${SAID.length} messages`];
  }
}
