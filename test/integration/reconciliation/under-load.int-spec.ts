import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newAccount } from '../../factories/account.js';
import { joinOrganization, seedTenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { ReconciledService, total } from './reconciled-service.js';

const COMPARISONS = 5;
const MUTATIONS = 100;
const CALLERS = 8;

describe('a comparison under load', () => {
  let service: ReconciledService;
  beforeAll(async () => {
    service = await ReconciledService.start();
  });
  afterAll(() => service.close());

  /** One account's whole life, with reads between the writes. */
  async function live(): Promise<number> {
    const { t } = service;
    const user = await service.createUser();
    const path = `/api/v1/users/${user.id}`;
    const read = () =>
      Promise.all([
        t.request('GET', path),
        t.request('GET', '/api/v1/users'),
        t.request('GET', '/api/v1/activity'),
      ]);
    await read();
    await service.login(user);
    await service.post({ event_type: 'page_view', user_id: user.id });
    await t.request('PATCH', path, { body: { avatar: `https://example.com/${user.id}.png` } });
    await t.request('PATCH', path, { body: { email: newAccount().email } });
    await read();
    const deleted = await t.request('DELETE', path);
    expect(deleted.status).toBe(204);
    await read();
    return 6;
  }

  it('reports nothing that is in flight, and nothing afterwards', async () => {
    let mutations = 0;
    let comparisons = 0;
    let compared = 0;
    let isDone = false;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (!isDone) {
        const made = await live();
        mutations += made;
      }
    });
    try {
      while (comparisons < COMPARISONS || mutations < MUTATIONS) {
        const report = await service.verify();
        expect(report.details).toEqual([]);
        comparisons += 1;
        compared += report.checks.reduce((sum, check) => sum + check.compared, 0);
      }
    } finally {
      isDone = true;
      await Promise.all(callers);
    }
    console.info(
      `${mutations} mutations during ${comparisons} comparisons of ${compared} records: 0 reported`,
    );
    expect(compared).toBeGreaterThan(MUTATIONS);
    await service.settled();
    expect(total(await service.verify())).toBe(0);
  }, 180_000);

  it('reports what waits for no relay any more, and not what waits for one', async () => {
    const user = await service.createUser();
    await service.settled();
    const activity = service.collection('activity_logs');
    const { deletedCount } = await activity.deleteOne({ resource_id: user.id, event_type: 'user.created' });
    expect(deletedCount).toBe(1);
    const [event] = await service.sql<{ id: string }[]>`
      select id from outbox_events where aggregate_id = ${user.id} and type = 'user.created'`;
    const queue = (deadAt: string | null) => service.sql`
      insert into outbox_queue (event_id, aggregate, available_at, dead_at)
      values (${event?.id ?? ''}, ${`user:${user.id}`}, now() + interval '1 hour', ${deadAt}::text::timestamptz)`;
    await queue(null);
    expect(total(await service.verify())).toBe(0);
    await service.sql`delete from outbox_queue`;
    await queue(new Date().toISOString());
    expect((await service.verify()).details).toMatchObject([{ check: 'outbox-activity', kind: 'missing' }]);
    await service.sql`delete from outbox_queue`;
    expect(await service.verify({ isRepair: true })).toMatchObject({
      ok: true,
      details: [{ kind: 'missing' }],
    });
  });

  it('knows that people leave organisations, and that organisations end', async () => {
    const { t } = service;
    const guest = await seedTenant(t.app);
    const organization = `/api/v1/organizations/${t.tenant.orgId}`;
    const asGuest = { token: guest.token, headers: { 'x-organization-id': t.tenant.orgId } };
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'member');
    const posted = await t.request('POST', '/api/v1/activity', {
      ...asGuest,
      body: { event_type: 'visit', user_id: guest.userId },
    });
    expect(posted).toMatchObject({ status: 201, body: { user_email: guest.email } });
    expect((await t.request('DELETE', `${organization}/members/${guest.userId}`)).status).toBe(204);
    const made = await t.request('POST', '/api/v1/organizations', {
      body: { name: 'Short', slug: `short-${guest.userId}` },
    });
    const { id: shortLived } = made.body as { id: string };
    const within = { headers: { 'x-organization-id': shortLived } };
    expect(
      (await t.request('POST', '/api/v1/activity', { ...within, body: { event_type: 'visit' } })).status,
    ).toBe(201);
    expect((await t.request('DELETE', `/api/v1/organizations/${shortLived}`)).status).toBe(204);
    await service.settled();
    expect((await service.verify()).details).toEqual([]);
  });

  it('misses the address of a person who was erased, where it is left anywhere', async () => {
    const { t } = service;
    const user = await service.createUser();
    const { id } = (await service.post({ event_type: 'visit', user_id: user.id })) as unknown as {
      id: string;
    };
    expect((await t.request('DELETE', `/api/v1/users/${user.id}`)).status).toBe(204);
    await service.settled();
    expect(total(await service.verify())).toBe(0);
    await service.collection('activity_logs').updateOne({ _id: id }, { $set: { user_email: user.email } });
    await service.sql`update outbox_events set subject_email = ${user.email} where subject_user_id = ${user.id} and type = 'user.created'`;
    const report = await service.verify({ isRepair: true });
    expect(report).toMatchObject({ ok: true });
    expect(report.details.map(({ check, detail }) => [check, detail])).toEqual([
      ['user-email', 'user_email'],
      ['orphans', 'subject_email of an erased person'],
    ]);
    const texts = await service.sql`select 1 from outbox_events where subject_email = ${user.email}`;
    expect(texts).toHaveLength(0);
  });

  it('finds and repairs an address that differs from the account', async () => {
    const user = await service.createUser();
    await service.settled();
    const { email } = newAccount();
    await service.sql`update users set email = ${email} where id = ${user.id}`;
    const report = await service.verify({ only: ['user-email'], isRepair: true });
    expect(report).toMatchObject({ ok: true, details: [{ kind: 'different', detail: 'user_email' }] });
    const entries = await eventually(
      () => service.collection('activity_logs').find({ user_id: user.id }).toArray(),
      (found) => found.length === 1,
    );
    expect(entries[0]?.['user_email']).toBe(email);
  });
});
