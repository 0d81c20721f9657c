import type { ComponentChildren } from 'preact';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'plain';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const TONES: Readonly<Record<string, Tone>> = {
  success: 'good',
  succeeded: 'good',
  up: 'good',
  failure: 'bad',
  failed: 'bad',
  error: 'bad',
  timed_out: 'bad',
  down: 'bad',
  in_progress: 'busy',
  running: 'busy',
  queued: 'warn',
  pending: 'warn',
};

/** The state of a deployment, an execution, a job. */
export function State({ state }: { state: string }) {
  return <Badge tone={TONES[state] ?? 'plain'}>{state.replaceAll('_', ' ')}</Badge>;
}
