import { Catalog } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import type { Scope } from './datasetScope';

/** The name of what may be chosen, as the server knows it. */
const OPTION = 'option';

/** What a condition on what may be chosen speaks of: the record, and the candidate under its name. */
export function optionScope(catalog: Catalog, entity: string, field: string, label: string): Scope | undefined {
  const record = catalog.entity(entity);
  const own = record?.fields.find((one) => one.name === field);
  if (!record || !own) return undefined;
  const base: Field = { id: `${OPTION}~`, name: OPTION, label, type: 'link', target: own.type === 'user' ? 'user' : own.target };
  const option: Field = own.choices?.length ? { ...base, type: 'choice', target: undefined, choices: own.choices } : base;
  const name = `${OPTION}~`;
  return { catalog: new Catalog({ ...catalog.data, entities: [...catalog.data.entities, { ...record, id: name, name, fields: [option, ...record.fields] }] }), name };
}
