/** Registers of balances: new ones, and edits that keep dimensions, resources and what posts in step. */
import { type Catalog, isToMany, targetOf } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { documentName } from './entities';
import { nameFromLabel, newId, uniqueName } from './naming';
import type { BalanceDoc, DimensionDoc, FieldDoc, Label, PostingDoc, RegisterDoc, ResourceDoc } from './types';

export const DIMENSION_TYPES = ['link', 'user', 'choice', 'text', 'date', 'integer', 'boolean'] as const;
export const RESOURCE_TYPES = ['decimal', 'integer', 'money'] as const;

/** The two kinds of values that a record gives. */
export type Part = 'dimensions' | 'resources';

const TEXTS = ['text', 'email', 'phone', 'url', 'auto_number'];
/** Names of resources leave room for `_opening` and `_closing`. */
const MAX: Record<Part, number> = { dimensions: 48, resources: 40 };

const balanceOf = (doc: RegisterDoc): BalanceDoc => doc.balance ?? { dimensions: [], resources: [], postings: [] };
const withBalance = (doc: RegisterDoc, change: Partial<BalanceDoc>): RegisterDoc => ({ ...doc, balance: { ...balanceOf(doc), ...change } });
const valueNames = (doc: RegisterDoc): string[] => [...balanceOf(doc).dimensions, ...balanceOf(doc).resources].map((one) => one.name);

/** Names that the three lists have besides: no dimension and no resource is called so. */
const TAKEN = ['date', 'posting', 'record', 'balance', 'period', 'movements', 'turnovers'];

/** The type of dimension that holds the values of a field; nothing where none does. */
export function dimensionType(field: Field): string | undefined {
  if (field.type === 'id' || isToMany(field)) return undefined;
  if (TEXTS.includes(field.type)) return 'text';
  return (DIMENSION_TYPES as readonly string[]).includes(field.type) ? field.type : undefined;
}

export const resourceType = (field: Field): string | undefined => ((RESOURCE_TYPES as readonly string[]).includes(field.type) ? field.type : undefined);

/** Whether the values of a field go into a dimension or a resource as they are. */
export function fits(field: Field, part: DimensionDoc | ResourceDoc): boolean {
  if (part.type === 'link' || part.type === 'user') return (field.type === 'link' || field.type === 'user') && targetOf(field) === (part.type === 'user' ? 'user' : (part as DimensionDoc).target);
  if (part.type === 'text') return TEXTS.includes(field.type);
  if (part.type === 'decimal') return field.type === 'decimal' || field.type === 'integer';
  return field.type === part.type;
}

/** The document of which the records of an entity are the lines: the link to it. */
const parentOf = (catalog: Catalog, entity: string): Field | undefined =>
  catalog.entity(entity)?.fields.find((field) => field.type === 'link' && catalog.entity(targetOf(field))?.fields.some((one) => one.type === 'children' && targetOf(one) === entity));

const plain = (catalog: Catalog, entity: string | undefined): Field[] => catalog.entity(entity)?.fields.filter((field) => !field.system) ?? [];

/** What a record of an entity most likely gives: its date, what it is about, and its number. */
export function guess(catalog: Catalog, entity: string): { date: string; about?: Field; number?: Field } {
  const own = plain(catalog, entity);
  const parent = parentOf(catalog, entity);
  const dated = (fields: Field[]) => fields.find((field) => field.type === 'date')?.name;
  const above = parent && dated(plain(catalog, targetOf(parent)));
  const date = dated(own) ?? (above && `${parent.name}.${above}`) ?? 'date(created_at)';
  const fields = own.filter((field) => field.name !== parent?.name);
  const about = fields.find((field) => field.type === 'link') ?? fields.find((field) => field.type === 'choice' || field.type === 'user') ?? fields.find((field) => dimensionType(field));
  const numbers = fields.filter((field) => resourceType(field));
  return { date, about, number: numbers.find((field) => /quant|count|amount|sum|points|kolich|summ|ball/.test(field.name)) ?? numbers[0] };
}

/** A path from another entity that most likely gives the same: by its own name, or by that of its document. */
export function sameIn(catalog: Catalog, entity: string, part: DimensionDoc | ResourceDoc, path?: string): string | undefined {
  const holds = (candidate: string | undefined) => {
    const field = candidate ? catalog.path(entity, candidate)?.at(-1) : undefined;
    return field && fits(field, part) ? candidate : undefined;
  };
  const parent = parentOf(catalog, entity);
  const own = plain(catalog, entity).filter((field) => fits(field, part) && field.name !== parent?.name);
  const same = holds(path) ?? holds(part.name) ?? (parent && holds(`${parent.name}.${part.name}`));
  return same ?? (part.type === 'link' || part.type === 'user' ? own[0]?.name : undefined);
}

/** A posting of the records of an entity, filled as far as that can be guessed. */
export function newPosting(catalog: Catalog, doc: RegisterDoc, entity: string, label: Label): PostingDoc {
  const { dimensions, resources, postings } = balanceOf(doc);
  const first = postings[0];
  const found = [...dimensions, ...resources].map((part) => [part.name, sameIn(catalog, entity, part, first?.values[part.name])] as const);
  const name = uniqueName(nameFromLabel(label.en || label.ru || entity, 'posting'), postings.map((one) => one.name));
  return {
    id: newId(), name, label, entity, date: guess(catalog, entity).date, direction: postings.length % 2 ? 'out' : 'in',
    values: Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined)),
  };
}

/** What the document of a field says: what it is called in all languages, and its choices. */
export type Source = (field: Field) => Pick<FieldDoc, 'label' | 'choices' | 'choice_set'>;

/** A register of balances that the records of an entity move, with one dimension and one resource as far as it has any. */
export function newBalances(catalog: Catalog, label: Label, icon: string, entity: string, posting: Label, taken: string[], source: Source): RegisterDoc {
  const name = documentName(label, taken, 'register');
  const { about, number } = guess(catalog, entity);
  let doc: RegisterDoc = { kind: 'register', id: newId(), name, label, plural: label, icon, balance: { dimensions: [], resources: [], postings: [] } };
  if (about) doc = addPart(catalog, doc, 'dimensions', about, about.name, source);
  if (number) doc = addPart(catalog, doc, 'resources', number, number.name, source);
  const made = newPosting(catalog, doc, entity, posting);
  const values = { ...made.values, ...(about && { [doc.balance!.dimensions[0]!.name]: about.name }), ...(number && { [doc.balance!.resources[0]!.name]: number.name }) };
  return withBalance(doc, { postings: [{ ...made, values }] });
}

const partName = (doc: RegisterDoc, part: Part, wanted: string): string => uniqueName(nameFromLabel(wanted, part === 'dimensions' ? 'dimension' : 'resource').slice(0, MAX[part] - 4).replace(/_+$/, ''), [...valueNames(doc), ...TAKEN]);

/** Adds a dimension or a resource that the first posting takes from a field; the others take what is called alike. */
export function addPart(catalog: Catalog, doc: RegisterDoc, part: Part, field: Field, path: string, source: Source): RegisterDoc {
  const name = partName(doc, part, field.name);
  const { label, choices: own, choice_set } = source(field);
  const common = { id: newId(), name, label };
  const { currency, scale } = field;
  const type = (part === 'dimensions' ? dimensionType(field) : resourceType(field)) ?? 'text';
  // Choices of a field's own are written again; those of a set are shared.
  const choices = choice_set ? undefined : (own ?? field.choices)?.map(({ value, label, color }) => ({ value, label: typeof label === 'string' ? { en: label, ru: label } : label, ...(color && { color }) }));
  const made: DimensionDoc | ResourceDoc = part === 'dimensions'
    ? { ...common, type, ...(type === 'link' && { target: targetOf(field) ?? undefined, required: true }), ...(type === 'choice' && (choice_set ? { choice_set } : { choices })) }
    : { ...common, type, ...(type !== 'integer' && typeof scale === 'number' && { scale }), ...(type === 'money' && currency && { currency }) };
  const next = withBalance(doc, { [part]: [...balanceOf(doc)[part], made] });
  const postings = balanceOf(next).postings.map((posting, at) => {
    const value = at === 0 ? path : sameIn(catalog, posting.entity, made, path);
    return value ? { ...posting, values: { ...posting.values, [name]: value } } : posting;
  });
  return withBalance(next, { postings });
}

export const patchPart = <P extends Part>(doc: RegisterDoc, part: P, name: string, change: Partial<BalanceDoc[P][number]>): RegisterDoc =>
  withBalance(doc, { [part]: balanceOf(doc)[part].map((one) => (one.name === name ? { ...one, ...change } : one)) });

export function orderParts(doc: RegisterDoc, part: Part, names: string[]): RegisterDoc {
  const place = (one: { name: string }) => names.indexOf(one.name);
  return withBalance(doc, { [part]: [...balanceOf(doc)[part]].sort((a, b) => place(a) - place(b)) });
}

const without = (values: Record<string, string>, name: string): Record<string, string> => Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

/** Takes a dimension or a resource out, and what postings give for it. */
export function removePart(doc: RegisterDoc, part: Part, name: string): RegisterDoc {
  const { [part]: parts, postings } = balanceOf(doc);
  return withBalance(doc, { [part]: (parts as { name: string }[]).filter((one) => one.name !== name), postings: postings.map((one) => ({ ...one, values: without(one.values, name) })) });
}

/** Gives a dimension or a resource another name, which postings follow. */
export function renamePart(doc: RegisterDoc, part: Part, from: string, to: string): RegisterDoc {
  if (from === to) return doc;
  const next = patchPart(doc, part, from, { name: to });
  const postings = balanceOf(next).postings.map((one) => {
    const value = one.values[from];
    return value === undefined ? one : { ...one, values: { ...without(one.values, from), [to]: value } };
  });
  return withBalance(next, { postings });
}

/** The name that a label asks for, unless it was published under the one it has. */
export function settledPart(doc: RegisterDoc, part: Part, name: string, published: RegisterDoc | undefined): string {
  const one = (balanceOf(doc)[part] as (DimensionDoc | ResourceDoc)[]).find((each) => each.name === name);
  const text = one?.label?.en || one?.label?.ru;
  const isLive = published?.balance?.[part].some((each) => (each.id ?? each.name) === (one?.id ?? name));
  if (!text || isLive) return name;
  const others = removePart(doc, part, name);
  return partName(others, part, text);
}

/** Names that may not be taken by another dimension or resource. */
export const isTakenPart = (doc: RegisterDoc, name: string): boolean => [...valueNames(doc), ...TAKEN].includes(name);

export const addPosting = (doc: RegisterDoc, posting: PostingDoc): RegisterDoc => withBalance(doc, { postings: [...balanceOf(doc).postings, posting] });

export const patchPosting = (doc: RegisterDoc, at: number, change: Partial<PostingDoc>): RegisterDoc =>
  withBalance(doc, { postings: balanceOf(doc).postings.map((one, place) => (place === at ? { ...one, ...change } : one)) });

export const removePosting = (doc: RegisterDoc, at: number): RegisterDoc => withBalance(doc, { postings: balanceOf(doc).postings.filter((_, place) => place !== at) });

/** Says what a dimension or a resource takes from the record; nothing leaves it empty. */
export function setValue(doc: RegisterDoc, at: number, name: string, value: string | undefined): RegisterDoc {
  const values = balanceOf(doc).postings[at]?.values ?? {};
  return patchPosting(doc, at, { values: value ? { ...values, [name]: value } : without(values, name) });
}

/** Lets the records of another entity move balances, with what can be guessed of them. */
export function setPostingEntity(catalog: Catalog, doc: RegisterDoc, at: number, entity: string): RegisterDoc {
  const { dimensions, resources, postings } = balanceOf(doc);
  const old = postings[at];
  if (!old || old.entity === entity) return doc;
  const found = [...dimensions, ...resources].map((part) => [part.name, sameIn(catalog, entity, part, old.values[part.name])] as const);
  return patchPosting(doc, at, { entity, when: undefined, date: guess(catalog, entity).date, values: Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== undefined)) });
}

/** The lists that come of a register of balances. */
export const listNames = (doc: RegisterDoc) => ({ balances: doc.name, movements: doc.balance?.movements ?? `${doc.name}_movement`, turnovers: doc.balance?.turnovers ?? `${doc.name}_turnover` });
