import { useTranslation } from 'react-i18next';
import type { Series } from '../charts/model';

interface Props {
  series: Series[];
  hidden: ReadonlySet<number>;
  onChange: (hidden: ReadonlySet<number>) => void;
}

/** What each colour is; a press takes one out of the drawing or brings it back. The last one stays. */
export function Legend({ series, hidden, onChange }: Props) {
  const { t } = useTranslation('dashboards');
  const toggle = (at: number) => {
    const next = new Set(hidden);
    if (!next.delete(at)) next.add(at);
    if (next.size < series.length) onChange(next);
  };
  return (
    <div className="legend" role="group" aria-label={t('legend')}>
      {series.map((one, at) => (
        <button key={at} type="button" className={`legend-item hue-${one.hue}`} aria-pressed={!hidden.has(at)} onClick={() => toggle(at)}><i className="legend-dot" /><span className="ellipsis">{one.name}</span></button>
      ))}
    </div>
  );
}
