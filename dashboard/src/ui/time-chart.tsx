import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';

export interface Line {
  label: string;
  /** The name of a colour of the style sheet: `chart-1`. */
  color: string;
  values: readonly (number | null)[];
  isFilled?: boolean;
  isBars?: boolean;
}

interface TimeChartProps {
  /** The text for screen readers instead of the picture. */
  label: string;
  /** Milliseconds, the earliest first. */
  at: readonly number[];
  lines: readonly Line[];
  format: (value: number | null) => string;
  height?: number;
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** The colours are read from the style sheet, so the chart is drawn again when they change. */
function useColorScheme(): boolean {
  const [isDark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const follow = () => setDark(DARK.matches);
    DARK.addEventListener('change', follow);
    return () => DARK.removeEventListener('change', follow);
  }, []);
  return isDark;
}

const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function TimeChart({ label, at, lines, format, height = 160 }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const isDark = useColorScheme();
  const shape = lines.map((line) => line.label + line.color).join('|');
  const rows = () =>
    [at.map((moment) => moment / 1_000), ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  useEffect(() => {
    const target = box.current;
    if (!target) return;
    const made = new uPlot(optionsOf(lines, format, target.clientWidth, height), rows(), target);
    chart.current = made;
    const resizing = new ResizeObserver(() => made.setSize({ width: target.clientWidth, height }));
    resizing.observe(target);
    return () => {
      resizing.disconnect();
      made.destroy();
    };
  }, [isDark, shape, height]);
  useEffect(() => chart.current?.setData(rows()), [at, lines]);
  return (
    <div class="chart">
      <div ref={box} role="img" aria-label={label} />
      <ul class="legend" aria-hidden="true">
        {lines.map((line) => (
          <li key={line.label} class={line.color}>
            {line.label}
          </li>
        ))}
      </ul>
    </div>
  );
}

function optionsOf(
  lines: readonly Line[],
  format: TimeChartProps['format'],
  width: number,
  height: number,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colorOf('muted'),
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    ...{ width, height, legend: { show: false } },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        space: 72,
        size: 28,
        values: (_chart, ticks, _axis, _space, step) => ticks.map(tickOf(step)),
      },
      {
        ...axis,
        size: 62,
        splits: (_c, _a, _min, max) => [0, max / 2.2, max / 1.1],
        values: (_c, ticks) => ticks.map(format),
      },
    ],
    series: [{}, ...lines.map(seriesOf)],
  };
}

const DAY_SECONDS = 86_400;
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const MINUTE = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const SECOND = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });

/** As precise as the distance between the ticks requires. */
const tickOf = (stepSeconds: number): ((seconds: number) => string) => {
  const format = stepSeconds >= DAY_SECONDS ? DAY : stepSeconds >= 60 ? MINUTE : SECOND;
  return (seconds) => format.format(seconds * 1_000);
};

function seriesOf({ label, color, isFilled, isBars }: Line): uPlot.Series {
  const stroke = colorOf(color);
  return {
    label,
    stroke,
    width: isBars ? 0 : 1.75,
    points: { show: false },
    ...(isFilled || isBars ? { fill: `${stroke}${isBars ? '' : '22'}` } : {}),
    ...(isBars && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 40] }) } : {}),
  };
}
