import type { ComponentChildren } from 'preact';

import type { Tone } from './badge.js';

interface FigureProps {
  label: string;
  value: ComponentChildren;
  hint?: ComponentChildren;
  tone?: Tone;
}

/** One number with its name. */
export function Figure({ label, value, hint, tone = 'plain' }: FigureProps) {
  return (
    <div class={`figure ${tone}`}>
      <span class="label">{label}</span>
      <span class="value">{value}</span>
      {hint !== undefined && <span class="hint">{hint}</span>}
    </div>
  );
}
