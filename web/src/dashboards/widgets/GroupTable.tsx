import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Model, placeLabel } from '../charts/model';
import { groupOf } from '../drill';
import { full } from '../numbers';
import type { ChartWidget } from '../types';

/** A chart as a table: every figure by keyboard, for readers of screens and of numbers. */
export function GroupTable({ widget, model, label }: { widget: ChartWidget; model: Model; label: string }) {
  const { t } = useTranslation('dashboards');
  return (
    <div className="widget-table" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead><tr><th scope="col">{model.axis.label}</th>{model.series.map((series, at) => <th key={at} scope="col" className="right">{series.name}</th>)}</tr></thead>
        <tbody>
          {model.keys.map((key, at) => (
            <tr key={key.id}>
              <th scope="row">{key.label}</th>
              {model.series.map((series, index) => {
                const item = series.items[at];
                const value = item?.[series.measure];
                const search = groupOf(item, `${label}: ${placeLabel(model, series, at)}`);
                const text = value === null || value === undefined ? <span className="dim"><span aria-hidden>—</span><span className="visually-hidden">{t('nothing_here')}</span></span> : full(String(value), series.format);
                return <td key={index} className="right numbers">{search ? <Link to="/e/$entity" params={{ entity: widget.entity }} search={search as never}>{text}</Link> : text}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
