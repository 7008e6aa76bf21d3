/** Numbers of charts and pivots, named by what they are made of until somebody calls them otherwise. */
import type { Catalog } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import type { AmountDoc } from './dashboard';
import { counted, labelOfField, numberOf, type Subject, summed } from './dashboardStart';
import { equal } from './equal';
import { type Counted, countedOf, counting, type Tally } from './measure';
import { uniqueName } from './naming';
import type { Label } from './types';

const WORDS: Partial<Record<Tally, Required<Label>>> = {
  avg: { en: 'average', ru: 'в среднем' }, min: { en: 'least', ru: 'наименьшее' }, max: { en: 'greatest', ru: 'наибольшее' }, median: { en: 'median', ru: 'медиана' }, count_distinct: { en: 'different', ru: 'разных' },
};

/** What a number is called by itself. */
function named(subject: Pick<Subject, 'doc' | 'language' | 'entity'>, { tally, path }: Counted, catalog?: Catalog): Label {
  if (tally === 'count' || !path) return counted().label!;
  const fields = catalog?.path(subject.entity.name, path);
  const field: Field | undefined = path.includes('.') ? fields?.at(-1) : subject.entity.fields.find((one) => one.name === path);
  const label = !field ? {} : path.includes('.') ? { [subject.language]: field.label } : labelOfField(subject, field);
  const word = WORDS[tally];
  return word ? Object.fromEntries(Object.entries(label).map(([language, text]) => [language, `${text}, ${word[language as keyof Label]}`])) : label;
}

/** The number counted in another way; its name and format follow unless somebody set them. */
export function amountOf(subject: Subject, amount: AmountDoc, next: Counted, catalog?: Catalog): AmountDoc {
  const before = countedOf(amount.expression);
  const isOwn = amount.label && !(before && equal(amount.label, named(subject, before, catalog)));
  const label = isOwn ? amount.label : named(subject, next, catalog);
  const field = next.path ? (catalog?.path(subject.entity.name, next.path)?.at(-1) ?? subject.entity.fields.find((one) => one.name === next.path)) : undefined;
  const isMoney = field?.type === 'money' && next.tally !== 'count_distinct';
  const kept = before?.path === next.path && next.tally !== 'count_distinct' ? amount.format : undefined;
  const format = kept ?? (isMoney ? { type: 'money' as const, scale: 0, ...(field.currency && { currency: field.currency }) } : undefined);
  const { format: _, ...rest } = amount;
  return { ...rest, expression: counting(next), label, ...(format && { format }) };
}

/** One more number, unlike those that are there. */
export function freshAmount(subject: Subject, there: AmountDoc[]): AmountDoc {
  const number = numberOf(subject);
  const isThere = (one: AmountDoc) => there.some((other) => other.expression === one.expression);
  const made = [counted(), ...(number ? [summed(subject, number)] : [])].find((one) => !isThere(one)) ?? counted();
  return { ...made, name: uniqueName(made.name, there.map((one) => one.name)) };
}
