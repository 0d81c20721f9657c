import { RenderingTooLarge, RenderingTooSlow } from '../notification-templates.errors.js';

export const MAX_RENDER_MS = 50;
export const MAX_RENDERED_BYTES = 262_144;

/** The limits of one rendering, all its fields together. */
export class RenderBudget {
  private usedMs = 0;
  private usedBytes = 0;
  private since = 0;
  private cpu = process.cpuUsage();

  constructor(private readonly maxMs = MAX_RENDER_MS) {}

  /** Call it before work without a pause. */
  begin(): void {
    this.since = performance.now();
    this.cpu = process.cpuUsage();
  }

  /** Throws `RenderingTooSlow`. */
  readonly check = (): void => {
    const wallMs = performance.now() - this.since;
    // Time that other programs take does not count, so both the clock and the processor time have to exceed the limit.
    if (this.usedMs + wallMs <= this.maxMs) return;
    const { user, system } = process.cpuUsage(this.cpu);
    if (this.usedMs + Math.min(wallMs, (user + system) / 1_000) > this.maxMs) throw new RenderingTooSlow();
  };

  /** Call it after the work. Throws `RenderingTooSlow`, `RenderingTooLarge`. */
  end(text: string): void {
    this.check();
    const { user, system } = process.cpuUsage(this.cpu);
    this.usedMs += Math.min(performance.now() - this.since, (user + system) / 1_000);
    // The length first, because counting the bytes of a text of many megabytes takes too long itself.
    if (text.length > MAX_RENDERED_BYTES) throw new RenderingTooLarge();
    this.usedBytes += Buffer.byteLength(text);
    if (this.usedBytes > MAX_RENDERED_BYTES) throw new RenderingTooLarge();
  }
}
