import { useQuery } from '@tanstack/react-query';
import type { Reference } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { referenceTitle } from '@/fields/reference';
import { recordQuery } from '../recordQuery';
import { lettersOf } from '../related';
import { RelatedList } from '../RelatedList';
import { useLayout } from './context';
import { relationOf, type Way } from './layout';
import type { Of } from './types';

/** The record that related ones hang on: that of the form, or one behind its links, as they are now. */
export function useOwner(way: Way | undefined): (Reference & { entity: string }) | null | undefined {
  const { form, entity, facts, title } = useLayout();
  if (!way || way.fields.length === 1) return { id: form.values.id, title, entity: entity.name };
  const link = way.fields.at(-2)!;
  const [name, narrowed] = way.before.split('.');
  const value = (way.fields.length === 2 && (!narrowed || link.name === way.before) ? form.values[name!] : facts.facts[way.before]) as Reference | null | undefined;
  const target = link.target ?? 'user';
  if (value && link.name.includes('.') && value.entity !== target) return null;
  return value && { ...value, entity: target };
}

/** Related records in a short table, of this record or of one behind its links. */
export function RelatedPart({ component }: { component: Of<'related'> }) {
  const catalog = useCatalog();
  const { entity, layout, narrow } = useLayout();
  const way = relationOf(catalog, entity, component.path);
  const owner = useOwner(way);
  // Links without a way back are known by the record that holds them.
  const bare = way?.last.type === 'links' && !catalog.field(way.last.target, way.last.inverse ?? '');
  const holder = useQuery({ ...recordQuery(owner?.entity ?? '', owner?.id ?? ''), enabled: bare && !!owner });
  if (!way || !owner) return null;
  const ids = bare ? ((holder.data?.[way.last.name] as Reference[] | null | undefined) ?? []).map((one) => one.id) : undefined;
  if (bare && !holder.data) return null;
  return (
    <RelatedList field={{ ...way.last, label: component.label || way.last.label }} owner={owner} ownerTitle={referenceTitle(owner, owner.entity)} ids={ids} columns={component.columns?.length ? component.columns : undefined}
      filter={component.filter ?? undefined} sort={component.sort ?? undefined} limit={component.limit ?? (layout.name ? 20 : undefined)} isFar={way.fields.length > 1} narrow={narrow} isPart={!!layout.name} />
  );
}

/** Letters that were sent about the record. */
export function LettersPart() {
  const catalog = useCatalog();
  const { entity, form, title } = useLayout();
  const [letters] = lettersOf(catalog, entity);
  return letters ? <RelatedList field={letters} owner={form.values} ownerTitle={title} /> : null;
}
