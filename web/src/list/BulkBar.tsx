import { ActionIcon, Button } from '@mantine/core';
import { IconBolt, IconRestore, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData } from '@/catalog/types';
import { isTotalled } from '@/card/lines';
import { formatMoney } from '@/fields/numbers';
import { key, usePress } from '@/buttons/usePress';
import { BulkEdit } from './BulkEdit';
import type { Column } from './columns';
import { sumOf } from './sums';

/** Records for which a button is pressed at once. */
const MOST = 200;

interface Props {
  entity: Entity;
  records: RecordData[];
  bin: boolean;
  columns: Column[];
  onDelete: () => void;
  onRestore: () => void;
  onClear: () => void;
}

/** What may be done with the marked rows: how many, how much, edit a field, delete or restore. */
export function BulkBar({ entity, records, bin, columns, onDelete, onRestore, onClear }: Props) {
  const { t } = useTranslation('work');
  const catalog = useCatalog();
  const money = columns.find((column) => isTotalled(column.field));
  const total = money && sumOf(records, money);
  const buttons = (entity.buttons ?? []).filter((button) => button.on_list);
  const acts = bin || buttons.length > 0 || !entity.read_only;
  const pressing = usePress(entity, records.map((record) => record.id), onClear);
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t('list.marked', { count: records.length })}>
      <span className="strong numbers">{t('list.marked', { count: records.length })}</span>
      {money && total && <span className="dim numbers" style={{ margin: '0 4px 0 6px' }}>{formatMoney(total, money.field.currency ?? catalog.data.workspace.currency, 0)}</span>}
      {acts && <span className="divider" style={{ margin: '0 4px' }} />}
      {!bin && entity.operations.update && !entity.read_only && <BulkEdit entity={entity} records={records} />}
      {!bin && buttons.map((button) => <Button key={key(button)} variant="subtle" size="xs" leftSection={<IconBolt size={15} stroke={1.75} />} loading={pressing.running === key(button)} disabled={records.length > MOST} title={records.length > MOST ? t('button.too_many', { count: MOST }) : undefined} onClick={() => pressing.start(button)}>{button.label}</Button>)}
      {!bin && entity.operations.delete && !entity.read_only && <Button variant="subtle" size="xs" data-danger leftSection={<IconTrash size={15} stroke={1.75} />} onClick={onDelete}>{t('common:action.delete')}</Button>}
      {bin && <Button variant="subtle" size="xs" leftSection={<IconRestore size={15} stroke={1.75} />} onClick={onRestore}>{t('list.restore')}</Button>}
      <span className="divider" style={{ margin: '0 4px' }} />
      <ActionIcon aria-label={t('list.unmark')} onClick={onClear}><IconX size={16} stroke={1.75} /></ActionIcon>
      {pressing.dialog}
    </div>
  );
}
