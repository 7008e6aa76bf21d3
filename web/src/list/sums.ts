import type { RecordData } from '@/catalog/types';
import { fromInteger, parseUnits, unitsToText } from '@/expression/decimal';
import type { Column } from './columns';

/** Exact sum of a column over rows that are here; nothing when no row has a value. */
export function sumOf(rows: RecordData[], column: Column): string | undefined {
  let total = 0n;
  let found = false;
  for (const row of rows) {
    const value = row[column.path];
    if (value === null || value === undefined) continue;
    const text = String(value);
    const units = /^-?\d+$/.test(text) ? fromInteger(BigInt(text)) : parseUnits(text);
    if (units === undefined) continue;
    total += units;
    found = true;
  }
  return found ? unitsToText(total) : undefined;
}
