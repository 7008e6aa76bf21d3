import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { percent } from '@/measures/numbers';
import type { Model } from '../charts/model';
import { numberAt, shareOf } from '../charts/model';
import { groupOf } from '../drill';
import { huesOf } from '../groups';
import { compact, full } from '../numbers';
import type { ChartWidget, Size } from '../types';

const HEIGHT = 38;
const GAP = 14;
/** Beyond ten times of those before it a share says nothing: the stages are not of one way. */
const MOST = 10;

/** Stages one below the other: how many, for how much, and which share of those before. */
export function Funnel({ widget, model, size, label }: { widget: ChartWidget; model: Model; size: Size; label: string }) {
  const { t } = useTranslation('dashboards');
  const [first, ...rest] = model.series;
  const counts = model.keys.map((_, at) => numberAt(first!, at) ?? 0);
  const most = Math.max(...counts, 0);
  const hues = huesOf(model.keys);
  const isNarrow = size.width < 380;
  const gap = Math.max(4, Math.min(GAP, (size.height - 20 - model.keys.length * HEIGHT) / Math.max(1, model.keys.length - 1)));
  const isTight = size.height < model.keys.length * (HEIGHT + 4);
  return (
    <ol className={`funnel${isNarrow ? ' narrow' : ''}${isTight ? ' tight' : ''}${rest.length ? '' : ' counts'}`} style={{ gap }}>
      {model.keys.map((key, at) => {
        const item = first!.items[at];
        const search = groupOf(item, `${label}: ${key.label}`);
        const found = at > 0 ? shareOf(counts[at]!, counts[at - 1]!) : null;
        const share = found !== null && Number(found) < MOST ? found : null;
        const value = item?.[first!.measure];
        const row = (
          <>
            <span className="funnel-name medium ellipsis" title={key.label}>{key.label}</span>
            <span className="funnel-room"><span className="funnel-bar" style={{ width: `${most > 0 ? Math.max(0, (counts[at]! / most) * 100) : 0}%` }}><span className="numbers">{value === null || value === undefined ? '0' : compact(String(value), first!.format)}</span></span></span>
            {rest.slice(0, 2).map((one) => {
              const own = item?.[one.measure];
              return <span key={one.measure} className="funnel-money medium numbers" title={own === null || own === undefined ? undefined : `${one.name}: ${full(String(own), one.format)}`}>{own === null || own === undefined ? '—' : compact(String(own), one.format)}</span>;
            })}
            <span className="funnel-share muted numbers size-12" title={share === null ? undefined : t('of_previous')}>{share !== null && <><span className="visually-hidden">{t('of_previous')}: </span>{percent(share)}</>}</span>
          </>
        );
        return <li key={key.id} className={`hue-${hues[at]}`}>{search ? <Link className="funnel-row" to="/e/$entity" params={{ entity: widget.entity }} search={search as never}>{row}</Link> : <span className="funnel-row">{row}</span>}</li>;
      })}
    </ol>
  );
}
