import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { currencySymbol } from '@/fields/numbers';
import { crossOf, groundOf, heatOf, idOf, type Line } from '../charts/cross';
import { type Measured, measured } from '../charts/model';
import { allOf, groupOf } from '../drill';
import { bare, drawn, full, short } from '../numbers';
import type { Item, WidgetProps } from '../types';
import { NothingHere, WidgetFrame } from './WidgetFrame';

/** Numbers from here on are written in few letters where there is little room. */
const LONG = 10_000_000;

const wordsOf = (line: Line | undefined) => line?.keys.map((key) => key.label).join(' › ');

/** Groups of rows by groups of columns, with what each comes to and all together. */
export function Pivot({ widget, answer, size }: WidgetProps<'pivot'>) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const entity = catalog.entity(widget.entity);
  const label = widget.label || entity?.plural || widget.entity;
  const cross = useMemo(() => crossOf(catalog, widget.entity, widget.rows, widget.columns, answer.items, !!widget.sort?.length), [catalog, widget, answer.items]);
  const measures = measured(catalog, widget.entity, widget.measures, t('count'));
  const heats = useMemo(() => widget.measures.map((one) => heatOf(answer.items, one.name)), [widget.measures, answer.items]);
  const ofRow = useMemo(() => new Map((answer.rows ?? []).map((item) => [idOf(cross.rowAxes, item), item])), [answer.rows, cross]);
  const ofColumn = useMemo(() => new Map((answer.columns ?? []).map((item) => [idOf(cross.columnAxes, item), item])), [answer.columns, cross]);
  // The currency stands in the head; where numbers are long and many, all of a measure are in few letters, so that they compare.
  const isNarrow = size.width / Math.max(1, (cross.columns.length + 1) * measures.length + 1) < 128;
  const isShort = measures.map((one) => isNarrow && [answer.total, ...(answer.rows ?? []), ...answer.items].some((item) => Math.abs(drawn(item?.[one.name]) ?? 0) >= LONG));
  const unitOf = (one: Measured | undefined) => (one?.format.type === 'money' ? currencySymbol(one.format.currency) : '');

  const number = (item: Item | null | undefined, one: Measured, at: number, place: string, isTotal: boolean) => {
    const value = item?.[one.name];
    const key = `${place}${one.name}`;
    const style = widget.heat && !isTotal ? { background: groundOf(heats[at]!(item ?? undefined)) } : undefined;
    if (value === null || value === undefined) return <td key={key} className={isTotal ? 'total' : undefined}><span className="dim" aria-hidden>–</span></td>;
    const search = groupOf(item, place ? `${label}: ${place}` : label) ?? (place ? undefined : allOf(answer.filter, label));
    const [text, whole] = [isShort[at] ? short(String(value), bare(one.format)) : full(String(value), bare(one.format)), full(String(value), one.format)];
    return <td key={key} className={`numbers${isTotal ? ' total' : ''}`} style={style} title={whole}>{search ? <Link to="/e/$entity" params={{ entity: widget.entity }} search={search as never}>{text}</Link> : text}</td>;
  };
  const hasColumns = widget.columns.length > 0;
  const several = measures.length > 1;
  const heads = hasColumns ? cross.columns : [];
  const isEmpty = answer.items.length === 0;
  return (
    <WidgetFrame label={label} sub={[!several && measures[0]?.label !== label && measures[0]?.label, !several && unitOf(measures[0]), answer.more && t('first_groups', { count: answer.items.length })].filter(Boolean).join(', ')} entity={entity ? widget.entity : undefined} search={allOf(answer.filter, label)}>
      {isEmpty ? <NothingHere /> : (
        <div className="widget-table pivot" tabIndex={0} role="region" aria-label={label}>
          <table>
            <thead>
              <tr>
                {cross.rowAxes.map((axis) => <th key={axis.key} scope="col" rowSpan={several && hasColumns ? 2 : 1}>{axis.label}</th>)}
                {heads.map((column) => <th key={column.id} scope={several ? 'colgroup' : 'col'} colSpan={measures.length} className="right" title={wordsOf(column)}>{column.keys.map((key) => key.short).join(' › ')}</th>)}
                {(hasColumns || !several) && <th scope={several ? 'colgroup' : 'col'} colSpan={measures.length} className="right total">{hasColumns ? t('total') : measures[0]?.label}</th>}
                {!hasColumns && several && measures.map((one) => <th key={one.name} scope="col" className="right">{[one.label, unitOf(one)].filter(Boolean).join(', ')}</th>)}
              </tr>
              {several && hasColumns && <tr>{[...heads, undefined].map((column) => measures.map((one) => <th key={`${column?.id}${one.name}`} scope="col" className={`right dim${column ? '' : ' total'}`}>{[one.label, unitOf(one)].filter(Boolean).join(', ')}</th>))}</tr>}
            </thead>
            <tbody>
              {cross.rows.map((row, index) => (
                <tr key={row.id}>
                  {row.keys.map((key, at) => {
                    const before = cross.rows[index - 1];
                    const isSame = at < row.keys.length - 1 && !!before && row.keys.slice(0, at + 1).every((one, place) => one.id === before.keys[place]!.id);
                    return <th key={at} scope="row" className="ellipsis" title={key.label}>{isSame ? <span className="visually-hidden">{key.label}</span> : key.label}</th>;
                  })}
                  {heads.map((column) => measures.map((one, at) => number(cross.cell(row, column), one, at, `${wordsOf(row)}, ${wordsOf(column)}`, false)))}
                  {measures.map((one, at) => number(hasColumns ? ofRow.get(row.id) : (ofRow.get(row.id) ?? cross.cell(row, cross.columns[0]!)), one, at, wordsOf(row)!, hasColumns))}
                </tr>
              ))}
            </tbody>
            {answer.total && (
              <tfoot>
                <tr>
                  <th scope="row" colSpan={cross.rowAxes.length}>{t('total')}</th>
                  {heads.map((column) => measures.map((one, at) => number(ofColumn.get(column.id), one, at, wordsOf(column)!, true)))}
                  {measures.map((one, at) => number(answer.total, one, at, '', true))}
                </tr>
              </tfoot>
            )}
          </table>
        </div>
      )}
    </WidgetFrame>
  );
}
