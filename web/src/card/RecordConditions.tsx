import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { writeJson } from '@/api/json';
import { records } from '@/api/records';
import { ownFields } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Field } from '@/catalog/types';
import { isWritable, toWire } from '@/fields/mapping';
import { type OfRecord, RecordContext } from '@/fields/ofRecord';
import { Unread } from '@/fields/unread';
import { choicesOf, needsServer, stateOf, type Told } from './conditions';

type Values = Record<string, unknown>;

interface Props {
  entity: Entity;
  values: Values;
  /** The record as it was saved; nothing of a new one. */
  saved?: Values;
  /** Whether what only the server can judge is left to the save: of lines, of which there are many. */
  quiet?: boolean;
  children: ReactNode;
}

/** Tells the fields inside what conditions make of them, and what else is typed in the record. */
export function RecordConditions({ entity, values, saved, quiet = false, children }: Props) {
  const catalog = useCatalog();
  const id = saved && String(saved.id);
  const told = useQuery({
    queryKey: ['record', entity.name, id, 'conditions', saved?.version],
    queryFn: ({ signal }) => records.conditions(entity.name, id!, signal),
    enabled: !!id && !quiet && needsServer(entity),
    placeholderData: keepPreviousData,
  }).data as Told | undefined;
  const record = useMemo<OfRecord>(() => ({
    entity: entity.name,
    id,
    has: (field) => entity.fields.some((one) => one.id === field.id),
    stateOf: (field) => stateOf(catalog, entity, values, field, saved, told),
    choicesOf: (field) => choicesOf(catalog, values, field),
    savedLines: (field) => (saved?.[field.name] as unknown[] | null | undefined) ?? [],
    unsaved: () => {
      const wire = (field: Field, of: Values) => toWire(field, of[field.name] ?? null);
      const typed = ownFields(entity).filter((field) => isWritable(field) && field.type !== 'children' && !(values[field.name] instanceof Unread) && field.name in values);
      const differs = (field: Field) => !saved || writeJson(wire(field, values)) !== writeJson(wire(field, saved));
      return Object.fromEntries(typed.filter(differs).map((field) => [field.name, wire(field, values)]));
    },
  }), [catalog, entity, id, values, saved, told]);
  return <RecordContext value={record}>{children}</RecordContext>;
}
