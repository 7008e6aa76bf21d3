import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { writeJson } from '@/api/json';
import { records } from '@/api/records';
import type { Entity, RecordData } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { quote } from '@/list/filter/compose';
import { world } from '../rules';
import { type Gate, gatesOf, withFacts } from './facts';
import type { Told } from './holds';
import { askedConditions, pathsToRead } from './layout';
import type { FormLayout } from './types';

export interface Facts extends Told {
  /** Values behind links, by their paths. */
  facts: Record<string, unknown>;
}

const expression = (index: number) => `condition_${index}`;

/** Reads what a form needs beside its record: values behind links, also behind one that is not saved yet, and conditions that only the database can tell. */
export function useFacts(entity: Entity, values: RecordData, layout: FormLayout, isSaved: boolean): Facts {
  const catalog = useCatalog();
  const paths = useMemo(() => pathsToRead(catalog, entity, layout), [catalog, entity, layout]);
  const asked = useMemo(() => askedConditions(layout), [layout]);
  const gates = gatesOf(catalog, entity, paths, values);
  const link = (gate: Gate) => gate.step.split('.')[0]!;
  const names = [...new Set(gates.map(link))];
  const request = { select: ['id', ...names, ...paths, ...asked.map((text, index) => ({ name: expression(index), expression: text }))], filter: `id == ${quote(values.id ?? '')}`, limit: 1 };
  const needed = isSaved && paths.length + asked.length > 0;
  const base = useQuery({
    queryKey: ['records', entity.name, 'form', values.id, layout.name, values.version, request], enabled: needed, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => records.query(entity.name, request, signal),
  });
  const read = needed && base.data?.items[0]?.id === values.id ? base.data.items[0] : undefined;
  const savedId = (gate: Gate) => (read?.[link(gate)] as { id?: string } | null | undefined)?.id ?? null;
  // A link that was changed and not saved, and those of a new record, are followed by themselves.
  const changed = gates.filter((gate) => gate.id !== null && (isSaved ? read !== undefined && savedId(gate) !== gate.id : true));
  const others = useQueries({
    queries: changed.map((gate) => {
      const behind = { select: ['id', ...gate.rest], filter: `id == ${quote(gate.id!)}`, limit: 1 };
      return { queryKey: ['records', gate.target, 'form', behind], queryFn: ({ signal }: { signal: AbortSignal }) => records.query(gate.target, behind, signal), staleTime: 30_000 };
    }),
  });
  const facts: Record<string, unknown> = {};
  for (const gate of gates) {
    const index = changed.indexOf(gate);
    const row = index >= 0 ? others[index]?.data?.items[0] : undefined;
    for (const rest of gate.rest) {
      const path = `${gate.step}.${rest}`;
      if (gate.id === null) facts[path] = null;
      else if (index >= 0) {
        if (row) facts[path] = row[rest] ?? null;
      } else if (read) facts[path] = read[path] ?? null;
    }
  }
  const answers = Object.fromEntries(asked.map((text, index) => [text, read?.[expression(index)] === true]));
  const waiting = (needed && !read && !base.isError) || others.some((query) => query.isPending);
  const told = writeJson([facts, answers, waiting]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `told` says whether what was read is another.
  return useMemo(() => ({ facts, answers, waiting, record: withFacts(values, facts), world: world(catalog) }), [catalog, values, told]);
}
