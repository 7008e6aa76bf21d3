import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useCatalog } from '@/catalog/useCatalog';
import { isWritable } from '@/fields/mapping';
import { ownFields } from '@/catalog/catalog';
import type { Entity } from '@/catalog/types';
import { ownPaths } from '@/card/form/layout';
import { rememberList } from '@/card/neighbours';
import { offerCreate } from '@/shell/create';
import { useListState } from './state';
import { useRecords } from './useRecords';

/** Fields up to which a new record is made in a dialog over the list. */
const IN_DIALOG = 8;

/** What both lists, the desk's and the phone's, know and do. */
export function useList(entity: Entity) {
  const catalog = useCatalog();
  const navigate = useNavigate();
  const list = useListState(catalog, entity);
  const data = useRecords(catalog, entity, list.state);
  const [creating, setCreating] = useState(false);
  const mayCreate = entity.operations.create && !entity.read_only && !list.state.bin;
  const small = useMemo(() => {
    // A drawn form says what little a dialog asks for; where it says nothing, the page asks for all.
    const asked = entity.form && new Set(ownPaths(entity.form.tabs.flatMap((tab) => tab.components), 'quick'));
    const fields = ownFields(entity).filter((field) => !asked || asked.has(field.name));
    return asked?.size !== 0 && fields.filter(isWritable).length <= IN_DIALOG && !fields.some((field) => field.type === 'children');
  }, [entity]);

  function create() {
    if (small) setCreating(true);
    else void navigate({ to: '/e/$entity/new', params: { entity: entity.name } });
  }
  const open = (id: string) => void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id } });
  useEffect(() => (mayCreate ? offerCreate(create) : undefined));
  useEffect(() => rememberList(entity.name, data.rows.map((row) => row.id), data.count), [entity.name, data.rows, data.count]);
  return { catalog, ...list, data, creating, setCreating, mayCreate, create, open };
}
