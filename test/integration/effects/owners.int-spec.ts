import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { DECLARED } from '../../../src/declare.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import { Declarations } from '../../../src/flows/declarations.js';
import { ownersProjection } from '../../../src/flows/erasure/owners.projection.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { anEvent, type Flows } from '../flows/support/flows-harness.js';
import { FlowsTest, isDrained } from '../flows/support/flows-test.js';
import { notes } from './effects-harness.js';

interface Owned {
  _id: string;
  organization_id: string;
  user_id: string;
}

const owned = (name: string, ofAccount: OwnedCollection['ofAccount']): OwnedCollection => ({
  name,
  schema: notes.schema,
  resource: name,
  ofOrganization: 'deleted',
  ofAccount,
});
const collections = [
  owned('diaries', [{ field: 'user_id', effect: 'deleted' }]),
  owned('boards', [{ field: 'user_id', effect: { user_id: null } }]),
];
const DECLARING = {
  ...DECLARED,
  collections: [...DECLARED.collections, ...collections],
  projections: [
    ...DECLARED.projections.filter(({ name }) => name !== 'owners'),
    ownersProjection([...DECLARED.collections, ...collections]),
  ],
};

describe('documents whose owner is deleted', () => {
  let test: FlowsTest;
  let flows: Flows;
  const [orgId, otherOrg, userId, otherUser] = [newId(), newId(), newId(), newId()];
  beforeEach(async () => {
    test = await FlowsTest.begin();
    flows = await test.start({ tuning: { pollMs: 20 }, replace: [[Declarations, DECLARING]] });
    for (const name of ['diaries', 'boards'])
      for (const organization_id of [orgId, otherOrg])
        for (const user_id of [userId, otherUser])
          await flows
            .get(Mongo)
            .collection<Owned>(name)
            .insertOne({ _id: newId(), organization_id, user_id });
  });
  afterEach(() => test.end());

  const left = async (name: string): Promise<string[]> =>
    (await flows.get(Mongo).collection<Owned>(name).find().toArray())
      .map(({ organization_id, user_id }) => `${organization_id} ${user_id}`)
      .toSorted();

  it('go with their organisation', async () => {
    const aggregate = { type: 'organization', id: orgId };
    await flows.commit(anEvent({ type: 'organization.deleted', aggregate, orgId }));
    await isDrained(flows);
    for (const name of ['diaries', 'boards'])
      expect(await left(name)).toEqual([`${otherOrg} ${userId}`, `${otherOrg} ${otherUser}`].toSorted());
  });

  it('go with an account, or forget it, in every organisation', async () => {
    const aggregate = { type: 'user', id: userId };
    await flows.commit(anEvent({ type: 'user.deleted', aggregate, orgId }));
    await isDrained(flows);
    expect(await left('diaries')).toEqual([`${orgId} ${otherUser}`, `${otherOrg} ${otherUser}`].toSorted());
    expect(await left('boards')).toEqual(
      [`${orgId} null`, `${orgId} ${otherUser}`, `${otherOrg} null`, `${otherOrg} ${otherUser}`].toSorted(),
    );
  });
});
