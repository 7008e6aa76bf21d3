import type { Catalog } from '@/catalog/catalog';
import { isNumeric, targetOf } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { isWritable } from '@/fields/mapping';
import { currencySymbol } from '@/fields/numbers';
import type { ListState } from './state';

export interface Column {
  path: string;
  fields: Field[];
  /** The field whose values the column shows. */
  field: Field;
  labels: string[];
  /** Unit of all values, shown once in the head. */
  unit: string;
  right: boolean;
  person: boolean;
  title: boolean;
  width: number;
  editable: boolean;
  sortable: boolean;
}

const WIDTHS: Partial<Record<Field['type'], number>> = { choice: 128, money: 112, decimal: 104, integer: 92, percent: 88, rating: 104, date: 116, datetime: 152, time: 80, boolean: 84, link: 184, email: 200, phone: 148, url: 180, duration: 104, auto_number: 120, multi_choice: 180, user: 160 };
const NOT_SORTABLE: Field['type'][] = ['json', 'address', 'location', 'file', 'image', 'secret', 'rich_text', 'long_text', 'multi_choice', 'links', 'children', 'inverse'];
const NOT_IN_CELL: Field['type'][] = ['rich_text', 'json', 'address', 'location', 'file', 'image', 'secret', 'children', 'links', 'any_link', 'color', 'long_text', 'rating'];

export function columnsOf(catalog: Catalog, entity: Entity, paths: string[], widths: Record<string, number>, mayEdit: boolean): Column[] {
  return paths.flatMap((path) => {
    const fields = catalog.path(entity.name, path);
    const field = fields?.at(-1);
    if (!fields || !field) return [];
    const person = targetOf(field) === 'user';
    const title = fields.length === 1 && field.name === entity.title;
    return [{
      path, fields, field, person, title,
      labels: fields.map((item) => item.label),
      unit: field.type === 'money' ? currencySymbol(field.currency ?? catalog.data.workspace.currency) : '',
      right: isNumeric(field) && field.type !== 'rating',
      width: widths[path] ?? (title ? 0 : person && field.name === 'owner' ? 56 : (WIDTHS[field.type] ?? 160)),
      editable: mayEdit && fields.length === 1 && isWritable(field) && !NOT_IN_CELL.includes(field.type),
      sortable: !NOT_SORTABLE.includes(field.type),
    }];
  });
}

/** What the grid shows: in the bin, unless a person has arranged it, when a record went there and who sent it stand beside its title. */
export function shownPaths({ columns, bin, arranged }: Pick<ListState, 'columns' | 'bin' | 'arranged'>): string[] {
  return bin && !arranged ? [...new Set([columns[0]!, 'deleted_at', 'updated_by', ...columns.slice(1, 5)])] : columns;
}

const TITLE_WIDTH = 200;
export const MARK_WIDTH = 40;

/** The row's grid; the title takes what is left unless a person has sized it. */
export function templateOf(columns: Column[]): string {
  const flexible = columns.some((column) => column.width === 0);
  return [`${MARK_WIDTH}px`, ...columns.map((column, index) => (column.width === 0 || (!flexible && index === columns.length - 1) ? `minmax(${column.width || TITLE_WIDTH}px, 1fr)` : `${column.width}px`))].join(' ');
}

/** The columns that fit a width, from the left; the title always stays. For the list beside the peek, which shows the rest. */
export function fitting(columns: Column[], width: number): Column[] {
  let left = width - MARK_WIDTH;
  return columns.filter((column) => {
    left -= column.width || TITLE_WIDTH;
    return column.title || left >= 0;
  });
}

export const leastWidth = (columns: Column[]) => MARK_WIDTH + columns.reduce((sum, column) => sum + (column.width || TITLE_WIDTH), 0);
