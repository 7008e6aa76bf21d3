/** What a formula costs, told in words by what the server derives of it. */
import type { Catalog } from '@/catalog/catalog';
import type { Cost } from '../state/api';

type Say = (key: string, options?: Record<string, unknown>) => string;

interface Words {
  catalog: Catalog;
  entityLabel: (name: string | undefined) => string;
  t: Say;
}

/** Labels along a path: `Lines › Product`. */
export function pathLabel(catalog: Catalog, entity: string, path: string[]): string {
  return catalog.path(entity, path.join('.'))?.map((field) => field.label).join(' › ') ?? path.join(' › ');
}

/** The ways that it goes, without those that only lead to longer ones. */
const farthest = (cost: Cost) => cost.reads.filter((way) => !cost.reads.some((other) => other.path.length > way.path.length && way.path.every((step, at) => other.path[at] === step)));

export function costWords(cost: Cost, entity: string, { catalog, entityLabel, t }: Words): { head: string; writers: string[]; notes: string[] } {
  const ways = farthest(cost).map((way) => pathLabel(catalog, entity, way.path));
  const list = ways.map((way) => t('cost.quoted', { text: way })).join(', ');
  const head = t(`cost.${cost.class}`, { ways: list, count: ways.length });
  const writers = cost.written_by.filter((one) => one.fields.length || one.path.length).map((one) => {
    const fields = one.fields.map((field) => catalog.field(one.entity, field)?.label ?? field).join(', ');
    const own = one.path.length === 0;
    const who = own ? t('cost.own') : t('cost.others', { entity: entityLabel(one.entity ?? undefined) });
    const what = fields ? t('cost.change', { who, fields }) : t('cost.come', { who });
    if (one.incremental) return t('cost.by_difference', { what });
    return one.spreads ? t('cost.spreads', { what, own: entityLabel(entity) }) : what;
  });
  const notes: string[] = [];
  if (cost.incremental) notes.push(t('cost.incremental'));
  const { reason } = cost;
  if (reason) {
    const owner = cost.reads.find((way) => catalog.field(way.entity, reason.name ?? ''))?.entity ?? entity;
    const name = reason.code === 'aggregate' ? reason.name : (catalog.field(owner, reason.name ?? '')?.label ?? reason.name);
    notes.push(t('cost.whole', { reason: t(`cost_reason.${reason.code}`, { name }) }));
  }
  if (cost.measures) notes.push(t('cost.measures'));
  if (cost.class === 'stored' && cost.written_by.some((one) => one.spreads)) notes.push(t('cost.at_once', { number: cost.at_once.toLocaleString() }));
  if (cost.waits) notes.push(t('cost.waits'));
  return { head, writers, notes };
}

/** How many records each way leads to, on the average of what there is. */
export function perRecord(cost: Cost, entity: string, counts: Map<string, number>, { catalog, t }: Words, locale: string): string[] {
  const own = counts.get(entity);
  if (!own) return [];
  return cost.reads.filter((way) => way.many && way.path.length === 1).flatMap((way) => {
    const all = counts.get(way.entity ?? '');
    if (all === undefined) return [];
    const each = all / own;
    return t('cost.per_record', { way: pathLabel(catalog, entity, way.path), each: each.toLocaleString(locale, { maximumFractionDigits: each < 10 ? 1 : 0 }), all: all.toLocaleString(locale) });
  });
}
