import { operationsOf, type PlacedOperation } from '../../../src/ops/openapi/openapi-types.js';
import { buildOpenApiDocument } from '../../../src/ops/openapi/openapi.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import type { Target } from '../../support/hostile/hostile-requests.js';
import type { TestApp } from '../../support/test-app.js';
import type { AccessRow, AccessWorld } from './access-row.js';
import { worldOf } from './world.js';

/** The operations of the OpenAPI document as requests that are right, by the rows of the access matrix. */
export class Targets {
  private readonly world: AccessWorld;
  private readonly operations: readonly PlacedOperation[];
  private readonly schemas: Target['schemas'];

  constructor(private readonly t: TestApp) {
    this.world = worldOf(t);
    const document = buildOpenApiDocument(t.app);
    this.operations = operationsOf(document);
    this.schemas = document.components?.schemas ?? {};
  }

  /** `PATCH /api/v1/users/{id} #password`, as a row is called. */
  async of(route: string, row: AccessRow): Promise<{ target: Target; token: string }> {
    const [method = '', path = ''] = route.split(' ');
    const placed = this.operations.find((one) => one.path === path && one.method === method.toLowerCase());
    if (!placed) throw new Error(`${route} is not in the document`);
    const { asking, token } = await this.credentialFor(row);
    const caller = { ...asking, isForeign: false };
    const made = row.ids ? await row.ids(this.world, caller) : [];
    const ids = (typeof made === 'string' ? [made] : made).map(encodeURIComponent);
    const body: unknown = await row.body?.(this.world, caller);
    const { query = '', headers = {} } = row;
    return { target: { ...placed, ids, body, query, headers, schemas: this.schemas }, token };
  }

  /** One that is let through, so that a request gets as far as it can. */
  private async credentialFor(row: AccessRow): Promise<{ asking: Tenant; token: string }> {
    const { app, tenant } = this.t;
    const asking =
      row.role === 'operator'
        ? await seedTenant(app, { platformRole: 'admin' })
        : await seedTenant(app, { orgId: tenant.orgId, role: 'owner' });
    return { asking, token: row.isForKeysAlone ? await seedKey(app, asking, ['*']) : asking.token };
  }
}
