import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFilterOff, IconKeyboard, IconPlus, IconTableImport, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Trans, useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity } from '@/catalog/types';
import { formatDecimal } from '@/fields/numbers';
import { newLabel, wordsOf } from '@/shell/words';
import { EmptyState } from '@/ui/EmptyState';
import { Kbd } from '@/ui/marks';
import { State } from '@/ui/State';
import { pathLabels } from './filter/compose';
import type { Condition } from './filter/model';

interface Props {
  entity: Entity;
  bin: boolean;
  filtered: boolean;
  conditions: Condition[];
  mayCreate: boolean;
  onCreate: () => void;
  onClear: (kept: Condition[]) => void;
}

function FilterHidesAll({ entity, conditions, onClear }: Pick<Props, 'entity' | 'conditions' | 'onClear'>) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const all = useQuery({ queryKey: ['records', entity.name, 'count'], queryFn: ({ signal }) => records.query(entity.name, { select: ['id'], limit: 1, count: 'exact' }, signal) });
  const count = all.data?.count ?? 0;
  return (
    <State icon={<IconFilterOff size={22} stroke={1.75} />} title={t('list.no_fit', wordsOf(entity))} text={count > 0 ? t('list.are_here', { count, n: formatDecimal(count), ...wordsOf(entity) }) : undefined}>
      <Button onClick={() => onClear([])}>{t('list.clear_filters')}</Button>
      {conditions.length > 1 && <Button variant="default" onClick={() => onClear(conditions.slice(0, 1))}>{t('list.only', { label: pathLabels(catalog, entity.name, conditions[0]!.path).join(' › ') })}</Button>}
    </State>
  );
}

/** Why a list shows no row: nothing yet, the filter hides all, or the bin is empty. */
export function ListEmpty({ entity, bin, filtered, conditions, mayCreate, onCreate, onClear }: Props) {
  const { t } = useTranslation('work');
  if (filtered) return <FilterHidesAll entity={entity} conditions={conditions} onClear={onClear} />;
  if (bin) return <State icon={<IconTrash size={22} stroke={1.75} />} title={t('list.bin_empty')} text={t('list.bin_text', wordsOf(entity))} />;
  return (
    <EmptyState icon={entity.icon} title={t('list.empty', wordsOf(entity))} text={entity.description ?? t('list.empty_text', wordsOf(entity))}
      hint={mayCreate && <><IconKeyboard size={15} stroke={1.75} /><span><Trans t={t} i18nKey="list.empty_hint" components={{ key: <Kbd>C</Kbd> }} /></span></>}>
      {mayCreate && <Button size="md" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={onCreate}>{newLabel(entity)}</Button>}
      {mayCreate && <Button size="md" variant="default" component={Link} to={`/e/${entity.name}/import`} leftSection={<IconTableImport size={15} stroke={1.75} />}>{t('list.import_file')}</Button>}
    </EmptyState>
  );
}
