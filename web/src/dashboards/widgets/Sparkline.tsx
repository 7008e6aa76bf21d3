import { drawn } from '../numbers';
import type { TrendPoint } from '../types';

const [WIDTH, HEIGHT, EDGE] = [94, 38, 4];

/** How a number went: a line over its ground, the last point marked. Only for the eye; the change beside it says it in words. */
export function Sparkline({ points, tone, width = WIDTH }: { points: TrendPoint[]; tone: 'ok' | 'bad' | 'primary'; width?: number }) {
  const numbers = points.map((point) => drawn(point.value));
  const known = numbers.flatMap((number, at) => (number === null ? [] : [{ number, at }]));
  if (known.length < 2) return null;
  const values = known.map(({ number }) => number);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => EDGE + (at * (width - 2 * EDGE)) / (numbers.length - 1);
  const y = (number: number) => (most === least ? HEIGHT / 2 : HEIGHT - 6 - ((number - least) * (HEIGHT - 12)) / (most - least));
  const line = known.map(({ number, at }) => `${x(at).toFixed(1)},${y(number).toFixed(1)}`).join(' ');
  const last = known.at(-1)!;
  return (
    <svg width={width} height={HEIGHT} aria-hidden className="sparkline" style={{ color: `var(--${tone})` }}>
      <polygon points={`${x(known[0]!.at).toFixed(1)},${HEIGHT - 1} ${line} ${x(last.at).toFixed(1)},${HEIGHT - 1}`} fill="currentColor" opacity={0.09} />
      <polyline points={line} fill="none" stroke="currentColor" strokeWidth={1.75} strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x(last.at)} cy={y(last.number)} r={3} fill="currentColor" stroke="var(--surface)" strokeWidth={1.5} />
    </svg>
  );
}
