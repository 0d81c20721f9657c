import { STORE_NAMES, type StoreEntries, withoutPassword } from '../../stores/embedded/store-entry.js';
import type { Seeded } from './preparation.js';

export interface FirstScreen {
  base: string;
  storesFile: string;
  entries: StoreEntries;
  seeded: Seeded;
  /** Whether a request without a credential acts as the demo owner. */
  isAnonymousOwner: boolean;
}

function storeLines(entries: StoreEntries): string[] {
  return STORE_NAMES.map((name) => {
    const { kind, url, pid } = entries[name];
    const where = url === null ? 'no server: cached in this process only' : withoutPassword(url);
    return `    ${name.padEnd(10)} ${kind.padEnd(18)} ${where}${pid === null ? '' : `  (pid ${pid})`}`;
  });
}

function curlLines(auth: string): string[] {
  const json = `${auth} -H 'content-type: application/json'`;
  const activity = `{"user_id":"user-uuid-here","event_type":"page_view","payload":{"page":"/dashboard","duration_ms":1500}}`;
  return [
    `curl -si -X POST $API/api/v1/users${json} \\`,
    `  -d '{"email":"admin@example.com","username":"admin","password_hash":"hashed_password"}'`,
    `ID=$(curl -s${auth} "$API/api/v1/users?username=admin" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)`,
    `curl -si${auth} $API/api/v1/users/$ID        # Cache-Status: a miss, then hits`,
    `curl -si -X PATCH $API/api/v1/users/$ID${json} -d '{"avatar":"https://x.test/a.png"}'`,
    `curl -si${auth} $API/api/v1/users/$ID        # the new avatar, at once`,
    `curl -s${auth} "$API/api/v1/activity?user_id=$ID"`,
    `curl -si -X POST $API/api/v1/activity${json} \\`,
    `  -d '${activity}'`,
    `curl -si $API/health/database`,
  ];
}

/** The first information for a person: the address, how to log in, and commands to paste. */
export function firstScreen({ base, storesFile, entries, seeded, isAnonymousOwner }: FirstScreen): string {
  const auth = isAnonymousOwner ? '' : ' -H "authorization: Bearer $KEY"';
  const lines = [
    '',
    `  Triptych is ready: ${base}`,
    '',
    `    dashboard         ${base}/admin`,
    `    documentation     ${base}/docs   (OpenAPI: ${base}/api/openapi.json)`,
    `    demo login        ${seeded.login.email}  ${seeded.login.password}`,
    `    demo API key      ${seeded.api_key}`,
    `    organization      ${seeded.organization.slug}  ${seeded.organization.id}`,
    ...(isAnonymousOwner ? ["    without either    a request acts as the demo organization's owner"] : []),
    '',
    `  Stores (${storesFile})`,
    '',
    ...storeLines(entries),
    '',
    '  Try it:',
    '',
    `    API=${base}${isAnonymousOwner ? '' : ` KEY=${seeded.api_key}`}`,
    ...curlLines(auth).map((line) => `    ${line}`),
    '',
    '  Ctrl-C stops the service and the stores. The data stays for the next start.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
