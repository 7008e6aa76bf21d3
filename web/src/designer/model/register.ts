/** Registers: new ones, and edits that leave no empty keys behind. */
import { documentName } from './entities';
import { newId } from './naming';
import type { DatasetDoc, Label, Language, RegisterDoc } from './types';

/** Delays after a change that can be chosen. */
export const DELAYS = ['PT10S', 'PT1M', 'PT10M', 'PT1H', 'PT6H'];

const UNITS = { S: 'second', M: 'minute', H: 'hour' } as const;

/** A duration of one unit in words; another one as it is written. */
export function delayWords(text: string, language: Language): string {
  const [, number, unit] = /^PT(\d+)([SMH])$/.exec(text) ?? [];
  if (!number || !unit) return text;
  return new Intl.NumberFormat(language, { style: 'unit', unit: UNITS[unit as keyof typeof UNITS], unitDisplay: 'long' }).format(Number(number));
}

/** A register of a dataset, called like it until it has a name of its own. */
export function newRegister(dataset: DatasetDoc, taken: string[]): RegisterDoc {
  const label: Label = { ...dataset.label };
  if (label.en) label.en = `${label.en}, kept`;
  if (label.ru) label.ru = `${label.ru}, сохранено`;
  return { kind: 'register', id: newId(), name: documentName({ en: `${dataset.name} kept` }, taken, 'register'), label, plural: label, icon: 'database', dataset: dataset.name };
}

/** Changes when rows are composed anew; without times and delays there is nothing to say. */
export function withRefresh(doc: RegisterDoc, part: NonNullable<RegisterDoc['refresh']>): RegisterDoc {
  const { cron, on_change } = { ...doc.refresh, ...part };
  const refresh = { ...(cron !== undefined && { cron }), ...(on_change !== undefined && { on_change }) };
  return { ...doc, refresh: Object.keys(refresh).length ? refresh : undefined };
}

/** Says by what rows are listed; other sets of fields stay. */
export function withOrder(doc: RegisterDoc, names: string[]): RegisterDoc {
  const others = doc.indexes?.slice(1) ?? [];
  const indexes = names.length ? [names, ...others] : others;
  return { ...doc, indexes: indexes.length ? indexes : undefined };
}
