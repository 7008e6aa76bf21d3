import { Button, Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { isToMany } from '@/catalog/catalog';
import type { Field } from '@/catalog/types';
import { CatalogProvider, useCatalog } from '@/catalog/useCatalog';
import { formatValue } from '@/fields/format';
import { FieldPicker } from '@/list/filter/FieldPicker';
import { termOf } from '../../model/terms';
import { useStudio } from '../../state/StudioProvider';
import type { SampleRecord } from './useSamples';

const OPAQUE = ['json', 'address', 'location', 'secret', 'file', 'image'];

/** The attribute tree of an entity, to any depth, with the values of a sample record at its leaves. */
export function AttributePicker({ entity, sample, onPick }: { entity: string; sample?: SampleRecord; onPick: (term: string) => void }) {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const [opened, setOpened] = useState(false);
  const [steps, setSteps] = useState<Field[]>([]);
  const hint = useValues(opened ? entity : undefined, sample, steps);
  const catalog = draftCatalog();
  const pick = (path: string) => {
    setOpened(false);
    setSteps([]);
    onPick(termOf(catalog, entity, path));
  };
  return (
    <Popover opened={opened} onChange={(open) => { setOpened(open); setSteps([]); }} position="bottom-end" width={300} withinPortal trapFocus returnFocus>
      <Popover.Target><Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} stroke={1.75} />} onClick={() => setOpened(!opened)}>{t('expression.field')}</Button></Popover.Target>
      <Popover.Dropdown p={8}>
        <CatalogProvider catalog={catalog}><FieldPicker entity={entity} accept={(field) => !OPAQUE.includes(field.type)} onPick={pick} onSteps={setSteps} hint={hint} /></CatalogProvider>
        {sample && <p className="hint sample-of">{t('formula.values_of', { record: sample.title })}</p>}
      </Popover.Dropdown>
    </Popover>
  );
}

/** The values of the fields at a place of the tree, read with the rights of whoever draws; of many records the word for it. */
function useValues(entity: string | undefined, sample: SampleRecord | undefined, steps: Field[]) {
  const { t } = useTranslation('studio');
  const catalog = useCatalog();
  const before = steps.map((step) => step.name);
  const many = steps.some(isToMany);
  // What is published is there to be read.
  const known = catalog.path(entity ?? '', before.join('.'));
  const at = before.length ? known?.at(-1)?.target : entity;
  const fields = many || (before.length && !known) ? [] : (catalog.entity(at)?.fields ?? []).filter((field) => !isToMany(field) && !OPAQUE.includes(field.type));
  const found = useQuery({
    queryKey: ['records', entity, sample?.id, 'tree', before],
    queryFn: ({ signal }) => records.query(entity!, { select: ['id', ...fields.filter((field) => before.length || field.name !== 'id').map((field) => [...before, field.name].join('.'))], filter: `id == "${sample!.id}"`, limit: 1 }, signal),
    enabled: Boolean(entity && sample && fields.length),
    retry: false,
  });
  return (field: Field) => {
    if (isToMany(field)) return t('formula.many');
    const value = found.data?.items[0]?.[[...before, field.name].join('.')];
    return value === undefined || value === null || value === '' ? null : formatValue(field, value, catalog.data.workspace.currency);
  };
}
