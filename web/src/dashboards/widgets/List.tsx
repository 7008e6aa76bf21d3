import { Menu } from '@mantine/core';
import { IconFileSpreadsheet, IconFileText } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '@/api/exports';
import type { FieldType } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { formatValue } from '@/fields/format';
import { FieldValue } from '@/fields/FieldValue';
import { formatDecimal } from '@/fields/numbers';
import { type Column, columnsOf } from '@/list/columns';
import { useExport } from '@/list/useExport';
import { wordsOf } from '@/shell/words';
import { Mark } from '@/ui/marks';
import { listOf } from '../drill';
import type { WidgetProps } from '../types';
import { NothingHere, WidgetFrame } from './WidgetFrame';

const WIDTHS: Partial<Record<FieldType, number>> = { money: 108, decimal: 92, integer: 84, percent: 84, date: 96, datetime: 148, choice: 124, link: 144, user: 144, boolean: 68 };
const OTHER = 96;
const TITLE = 130;

const widthOf = (column: Column, title: Column | undefined) => (column === title ? TITLE : (WIDTHS[column.field.type] ?? OTHER));

/** The columns that fit, from the left; no fewer than two. */
function fitting(columns: Column[], title: Column | undefined, width: number): Column[] {
  let left = width - 18;
  return columns.filter((column, at) => {
    left -= widthOf(column, title);
    return left >= 0 || at < 2;
  });
}

/** The first records of a list; a row opens its record, the foot the whole list. */
export function List({ widget, answer, size }: WidgetProps<'list'>) {
  const { t } = useTranslation('dashboards');
  const catalog = useCatalog();
  const entity = catalog.entity(widget.entity);
  const label = widget.label || entity?.plural || widget.entity;
  const all = useMemo(() => (entity ? columnsOf(catalog, entity, widget.columns, {}, false) : []), [catalog, entity, widget.columns]);
  const title = all.find((column) => column.title) ?? all[0];
  const columns = fitting(all, title, size.width);
  const search = listOf(widget, answer.filter, answer.sort, label);
  const { run, percent, link } = useExport(entity);
  const take = (format: ExportFormat) => void run(format, { select: widget.columns, filter: answer.filter ?? undefined, sort: answer.sort ?? widget.sort });
  const rows = answer.items;
  const count = answer.count ?? rows.length;
  if (!entity) return null;
  return (
    <WidgetFrame label={label} sub={count > rows.length ? t('rows_of', { shown: formatDecimal(rows.length), count: Number(count), n: formatDecimal(count), ...wordsOf(entity) }) : undefined} entity={entity.name} search={search} menu={entity.operations.export && rows.length > 0 && (
      <>
        <Menu.Item disabled={percent !== null} leftSection={<IconFileSpreadsheet size={15} stroke={1.75} />} onClick={() => take('xlsx')}>{t('work:export.xlsx')}</Menu.Item>
        <Menu.Item disabled={percent !== null} leftSection={<IconFileText size={15} stroke={1.75} />} onClick={() => take('csv')}>{t('work:export.csv')}</Menu.Item>
      </>
    )}>
      {link}
      {rows.length === 0 ? <NothingHere>{t('no_records')}</NothingHere> : (
        <div className="widget-table widget-list" tabIndex={0} role="region" aria-label={label}>
          <table>
            <colgroup>{columns.map((column) => <col key={column.path} style={column === title ? undefined : { width: widthOf(column, title) }} />)}</colgroup>
            <thead><tr>{columns.map((column) => <th key={column.path} scope="col" className={column.right ? 'right' : undefined} title={column.labels.join(' › ')}>{column.labels.at(-1)}{column.unit && <span className="dim">, {column.unit}</span>}</th>)}</tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  {columns.map((column) => {
                    const value = row[column.path];
                    // The unit stands in the head.
                    const shown = column.field.type === 'money' && value !== null && value !== undefined ? formatDecimal(String(value), column.field.scale ?? 2) : <FieldValue field={column.field} value={value} inRow avatarOnly={column.path === 'owner' && columns.length > 3} />;
                    const name = formatValue(column.field, value) || t('untitled');
                    return (
                      <td key={column.path} className={column.right ? 'right numbers' : undefined}>
                        {column === title
                          ? <Link to="/e/$entity/$id" params={{ entity: entity.name, id: row.id }} className="row gap-8 medium widget-row-link">{column.title && <Mark name={name} />}<span className="ellipsis">{name}</span></Link>
                          : <span className="widget-cell">{shown}</span>}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {count > rows.length && <Link to="/e/$entity" params={{ entity: entity.name }} search={search as never} className="widget-all primary medium">{t('show_all', { count: Number(count), n: formatDecimal(count), ...wordsOf(entity) })}</Link>}
        </div>
      )}
    </WidgetFrame>
  );
}
