import { Link } from '@tanstack/react-router';
import { percent } from '@/measures/numbers';
import { type Model, numberAt, shareOf } from '../charts/model';
import { groupOf } from '../drill';
import { huesOf } from '../groups';
import { compact, full } from '../numbers';
import type { ChartWidget } from '../types';

/** The slices in words: what, how much, which share of all; each leads to its records. */
export function PieLegend({ widget, model, label }: { widget: ChartWidget; model: Model; label: string }) {
  const one = model.series[0]!;
  const hues = huesOf(model.keys);
  const total = model.keys.reduce((sum, _, at) => sum + Math.max(0, numberAt(one, at) ?? 0), 0);
  return (
    <ul className="pie-legend" tabIndex={0} aria-label={label}>
      {model.keys.map((key, at) => {
        const value = one.items[at]?.[one.measure];
        const share = shareOf(numberAt(one, at), total);
        const search = groupOf(one.items[at], `${label}: ${key.label}`);
        const row = <><i className="legend-dot" /><span className="grow ellipsis" title={key.label}>{key.label}</span><span className="medium numbers" title={value === null || value === undefined ? undefined : full(String(value), one.format)}>{value === null || value === undefined ? '—' : compact(String(value), one.format)}</span><span className="muted size-12 numbers pie-share">{share !== null && percent(share)}</span></>;
        return <li key={key.id} className={`hue-${hues[at]}`}>{search ? <Link className="pie-row" to="/e/$entity" params={{ entity: widget.entity }} search={search as never}>{row}</Link> : <span className="pie-row">{row}</span>}</li>;
      })}
    </ul>
  );
}
