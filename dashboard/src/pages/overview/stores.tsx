import type { StoreChecks, StoreName } from '../../api/types.js';
import { STORE_TITLES } from '../../shell/away-note.js';
import { Badge } from '../../ui/badge.js';
import { ms } from '../../ui/format.js';

const NAMES = Object.keys(STORE_TITLES) as StoreName[];

/** The three stores, according to a ping just now. */
export function Stores({ checks }: { checks: StoreChecks | null }) {
  return (
    <ul class="stores" aria-label="The three stores">
      {NAMES.map((name) => (
        <li key={name} class={`store ${name}`}>
          <span class="name">{STORE_TITLES[name]}</span>
          <StoreState check={checks?.[name] ?? null} />
        </li>
      ))}
    </ul>
  );
}

function StoreState({ check }: { check: StoreChecks[StoreName] | null }) {
  if (!check) return <Badge>asking …</Badge>;
  if (check.mode === 'in-process') return <Badge tone="warn">in-process</Badge>;
  if (check.status === 'down') return <Badge tone="bad">away</Badge>;
  if (check.reason) return <Badge tone="warn">{check.reason}</Badge>;
  return (
    <span>
      <span class="muted">{ms(check.latency_ms)}</span> <Badge tone="good">up</Badge>
    </span>
  );
}
