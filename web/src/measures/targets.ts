import type { Operation } from '@/api/records';
import type { Reference } from '@/catalog/types';
import { inRange, parseUnits, unitsToText } from '@/expression/decimal';
import { parseTyped } from '@/fields/numbers';
import type { TargetUnit } from './period';

/** Whose a target is that is everybody's. */
export const EVERYBODY = '*';

/** A target as the server keeps it. */
export interface TargetRecord {
  id: string;
  version: number;
  whose: string;
  person: Reference | null;
  period: TargetUnit;
  start: string;
  value: string;
}

export type Cell = Pick<TargetRecord, 'id' | 'version' | 'value'>;

/** The targets of one unit, by whose they are and the day on which they begin. */
export function tableOf(targets: TargetRecord[], unit: TargetUnit): Map<string, Map<string, Cell>> {
  const table = new Map<string, Map<string, Cell>>();
  for (const { whose, period, start, id, version, value } of targets) {
    if (period === unit) table.set(whose, (table.get(whose) ?? new Map<string, Cell>()).set(start, { id, version, value }));
  }
  return table;
}

/** What a changed cell asks of the server: nothing when it says what it said. */
export function operationOf(measure: string, period: TargetUnit, change: { whose: string; start: string; value: string | null }, cell: Cell | undefined): Operation[] {
  const entity = 'measure_target';
  if (change.value === null) return cell ? [{ op: 'delete', entity, id: cell.id, version: cell.version }] : [];
  if (!cell) return [{ op: 'create', entity, values: { measure, period, start: change.start, value: change.value, person: change.whose === EVERYBODY ? null : change.whose } }];
  return parseUnits(cell.value) === parseUnits(change.value) ? [] : [{ op: 'update', entity, id: cell.id, version: cell.version, values: { value: change.value } }];
}

/** The exact sum of what is there; nothing when nothing is. */
export function sumOf(values: (string | undefined)[]): string | undefined {
  const units = values.flatMap((value) => (value === undefined ? [] : [parseUnits(value)]));
  if (!units.length || units.includes(undefined)) return undefined;
  const sum = inRange((units as bigint[]).reduce((total, one) => total + one, 0n));
  return sum === undefined ? undefined : unitsToText(sum);
}

/** A block copied from a spreadsheet: lines of cells, `null` for an empty one; nothing when it is one value or no numbers. */
export function pasted(text: string): (string | null)[][] | undefined {
  const lines = text.replace(/\r/g, '').replace(/\n$/, '').split('\n').map((line) => line.split('\t'));
  if (lines.length === 1 && lines[0]!.length === 1) return undefined;
  const cells = lines.map((line) => line.map((cell) => (cell.trim() ? parseTyped(cell) : null)));
  return cells.flat().includes(undefined) ? undefined : (cells as (string | null)[][]);
}
