import { number } from './format.js';

interface BarsProps {
  label: string;
  rows: readonly { name: string; value: number; hint?: string }[];
}

/** Names with bars as long as their values. */
export function Bars({ label, rows }: BarsProps) {
  const largest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <ul class="bars" aria-label={label}>
      {rows.map(({ name, value, hint }) => (
        <li key={name}>
          <span class="name">{name}</span>
          <span class="value">
            {number(value)}
            {hint !== undefined && <span class="muted"> {hint}</span>}
          </span>
          <meter class="bar" min={0} max={largest} value={value} aria-label={`${name}: ${number(value)}`} />
        </li>
      ))}
    </ul>
  );
}
