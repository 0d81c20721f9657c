export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/g;

/** Parses the text exposition format 0.0.4. Throws for a line in another format, and for a sample without a TYPE. */
export function parsePrometheus(text: string): Sample[] {
  const typed = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const declared = /^# TYPE (\S+) (?:counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (declared?.[1]) typed.add(declared[1]);
    if (line === '' || line.startsWith('#')) continue;
    samples.push(parseSample(line, typed));
  }
  return samples;
}

function parseSample(line: string, typed: ReadonlySet<string>): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`Not a sample: ${line}`);
  if (!typed.has(name) && !typed.has(name.replace(/_(?:bucket|sum|count)$/, '')))
    throw new Error(`Without TYPE: ${name}`);
  const pairs = [...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, text] as const);
  const number = value === '+Inf' ? Infinity : Number(value);
  // Prometheus accepts any case, and prom-client writes Nan.
  if (Number.isNaN(number) && value.toLowerCase() !== 'nan') throw new Error(`Not a number: ${line}`);
  return { name, labels: Object.fromEntries(pairs), value: number };
}

/** The value of the one sample with this name and at least these labels. Undefined if there is none. */
export const valueOf = (
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined =>
  samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;
