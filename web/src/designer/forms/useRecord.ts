import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { records } from '@/api/records';
import { calculate } from '@/card/formulas';
import type { LayoutForm } from '@/card/form/context';
import type { Line } from '@/card/lines';
import { recordQuery } from '@/card/recordQuery';
import { world } from '@/card/rules';
import type { Catalog } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field, RecordData, Reference } from '@/catalog/types';
import { recordTitle } from '@/fields/title';
import { quote } from '@/list/filter/compose';
import { useDesign } from './useDesign';

/** No record has this identity. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface Sample {
  record: RecordData;
  title?: Reference;
  /** Whether there is a record to be shown. */
  isReal: boolean;
  isPending: boolean;
}

/** The record that the form is shown with: the chosen one, else the one that was changed last. */
export function useSample(): Sample {
  const { doc, look } = useDesign();
  const published = useCatalog().entity(doc.entity);
  const last = useQuery({
    queryKey: ['records', doc.entity, 'form-sample'], enabled: !!published && !look.record, staleTime: 60_000,
    queryFn: ({ signal }) => records.query(doc.entity, { select: ['id', ...(published?.title ? [published.title] : [])], ...(published?.fields.some((field) => field.name === 'updated_at') && { sort: ['-updated_at'] }), limit: 1 }, signal),
  });
  const first = last.data?.items[0];
  const id = look.record?.id ?? first?.id;
  const record = useQuery({ ...recordQuery(doc.entity, id ?? ''), enabled: !!published && !!id });
  const isReal = record.data?.id === id && id !== undefined;
  const title = look.record ?? (first && published ? { id: first.id, title: recordTitle(published, first) } : undefined);
  const blank = useMemo((): RecordData => ({ id: NOBODY }), []);
  return { record: isReal ? record.data! : blank, title, isReal, isPending: !!published && (last.isPending || (!!id && record.isPending)) };
}

const NO_ERRORS: Record<string, string> = {};

/** A form over a record in which one may type, and nothing of it is kept. */
export function useTrial(catalog: Catalog, entity: Entity, record: RecordData): LayoutForm {
  const [typed, setTyped] = useState<Record<string, unknown>>({});
  const [begun, setBegun] = useState<Record<string, Line[]>>({});
  useEffect(() => { setTyped({}); setBegun({}); }, [record.id]);
  const values = useMemo(() => {
    const now = { ...record, ...typed } as RecordData;
    return Object.keys(typed).length ? calculate(catalog, entity, now, begun, world(catalog)) : now;
  }, [catalog, entity, record, typed, begun]);
  const type = (field: Field, value: unknown) => setTyped((now) => ({ ...now, [field.name]: value }));
  return { entity, values, errors: NO_ERRORS, begun, gaps: [], begin: (field, lines) => setBegun((now) => ({ ...now, [field.name]: lines })), type, save: type, restore: () => undefined };
}

/** Whether a condition holds for the record on the canvas; nothing while nobody can tell. */
export function useHolds(condition: string | undefined): boolean | undefined {
  const { doc } = useDesign();
  const { record, isReal } = useSample();
  const found = useQuery({
    queryKey: ['records', doc.entity, 'form-holds', record.id, record.version, condition], enabled: isReal && Boolean(condition), retry: false,
    queryFn: ({ signal }) => records.query(doc.entity, { select: ['id', { name: 'holds', expression: condition! }] as never, filter: `id == ${quote(record.id)}`, limit: 1 }, signal),
  });
  const item = found.data?.items[0];
  return item && condition ? item.holds === true : undefined;
}
