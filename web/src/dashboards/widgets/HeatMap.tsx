import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { crossOf, groundOf, heatOf } from '../charts/cross';
import { measured } from '../charts/model';
import { groupOf } from '../drill';
import { compact, full } from '../numbers';
import type { ChartWidget, Item } from '../types';

/** Two groups as a field of cells, the warmer the larger. */
export function HeatMap({ widget, items, label }: { widget: ChartWidget; items: Item[]; label: string }) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const cross = useMemo(() => crossOf(catalog, widget.entity, widget.group_by.slice(1, 2), widget.group_by.slice(0, 1), items, !!widget.sort?.length), [catalog, widget, items]);
  const one = measured(catalog, widget.entity, widget.measures, t('count'))[0]!;
  const heat = useMemo(() => heatOf(items, one.name), [items, one.name]);
  return (
    <div className="widget-table heat-map" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead><tr><td />{cross.columns.map((column) => <th key={column.id} scope="col" title={column.keys[0]!.label}>{column.keys[0]!.short}</th>)}</tr></thead>
        <tbody>
          {cross.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row" className="ellipsis" title={row.keys[0]!.label}>{row.keys[0]!.label}</th>
              {cross.columns.map((column) => {
                const item = cross.cell(row, column);
                const value = item?.[one.name];
                const search = groupOf(item, `${label}: ${row.keys[0]!.label}, ${column.keys[0]!.label}`);
                if (value === null || value === undefined) return <td key={column.id} className="heat-cell" />;
                const text = compact(String(value), one.format);
                return <td key={column.id} className="heat-cell numbers" style={{ background: groundOf(heat(item)) }} title={`${row.keys[0]!.label}, ${column.keys[0]!.label}: ${full(String(value), one.format)}`}>{search ? <Link to="/e/$entity" params={{ entity: widget.entity }} search={search as never}>{text}</Link> : text}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
