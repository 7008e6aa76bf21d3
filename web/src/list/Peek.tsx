import '@/card/card.css';
import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconTrash, IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposed } from '@/catalog/catalog';
import { FieldRow } from '@/card/FieldRow';
import { FormSummary } from '@/card/FormSummary';
import { ConflictDialog } from '@/card/ConflictDialog';
import { History } from '@/card/History';
import { recordQuery } from '@/card/recordQuery';
import { SaveState } from '@/card/DesktopCard';
import { LeaveGuard } from '@/card/LeaveGuard';
import { PeekLines } from '@/card/PeekLines';
import { RecordConditions } from '@/card/RecordConditions';
import { StageLine } from '@/card/StageBar';
import { useCard } from '@/card/useCard';
import { useRecordForm } from '@/card/useRecordForm';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, RecordData, Reference } from '@/catalog/types';
import { formatAgo } from '@/fields/dates';
import { isEmpty } from '@/fields/mapping';
import { recordTitle } from '@/fields/title';
import { ErrorState } from '@/ui/ErrorState';
import { Kbd } from '@/ui/marks';

interface Props {
  entity: Entity;
  id: string;
  index: number;
  total: number;
  onMove: (step: number) => void;
  onClose: () => void;
  onDelete: (record: RecordData) => void;
}

function PeekBody({ entity, record }: { entity: Entity; record: RecordData }) {
  const { t } = useTranslation('work');
  const form = useRecordForm(useCatalog(), entity, record);
  const card = useCard(form);
  const { values } = form;
  const number = entity.fields.find((field) => field.type === 'auto_number');
  const fields = [...card.sections.main, ...card.sections.files].filter((field) => field.name !== entity.title || card.sections.main.length === 1);
  const [whole, setWhole] = useState(false);
  // What was empty when the peek opened: a value that is emptied here stays in its place.
  const [hollow] = useState(() => new Set(fields.filter((field) => isEmpty(values[field.name])).map((field) => field.name)));
  return (
    <div className="peek-body">
      <div className="row gap-8 size-12 dim" style={{ marginBottom: 4 }}>
        {number && values[number.name] ? <><span>{String(values[number.name])}</span><span>·</span></> : null}
        <span className="grow ellipsis">{values.updated_at ? t('card.updated', { when: formatAgo(String(values.updated_at)), name: (values.updated_by as Reference | null)?.title ?? t('history.system') }) : entity.label}</span>
        <SaveState form={form} />
      </div>
      <h2 className="peek-title">{recordTitle(entity, values)}</h2>
      {card.stage && <div style={{ marginTop: 12 }}><StageLine field={card.stage} value={values[card.stage.name]} /></div>}
      <div style={{ marginTop: 14 }}>
        <FormSummary entity={entity} errors={form.errors} />
        <RecordConditions entity={entity} values={values} saved={form.saved}>{fields.filter((field) => whole || !hollow.has(field.name) || form.errors[field.name]).map((field) => <FieldRow key={field.name} field={field} form={form} error={form.errors[field.name]} mayEdit={card.mayEdit} />)}</RecordConditions>
        {hollow.size > 0 && <Button variant="subtle" size="compact-xs" aria-expanded={whole} className="peek-more" onClick={() => setWhole(!whole)}>{whole ? t('card.hide_empty') : t('card.show_empty', { count: hollow.size })}</Button>}
      </div>
      {card.sections.lines.map((field) => <PeekLines key={field.name} field={field} lines={(values[field.name] as Record<string, unknown>[] | null) ?? []} />)}
      {!isComposed(entity) && <><div className="section-title" style={{ margin: '16px 0 8px' }}>{t('card.history')}</div><History entity={entity} id={record.id} limit={5} /></>}
      <LeaveGuard form={form} />
      {form.conflict && <ConflictDialog form={form} conflict={form.conflict} />}
    </div>
  );
}

/** The record beside the list; it follows the current row. */
export function Peek({ entity, id, index, total, onMove, onClose, onDelete }: Props) {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const record = useQuery(recordQuery(entity.name, id));
  return (
    <aside className="peek" aria-label={entity.label}>
      <div className="peek-head">
        <ActionIcon aria-label={t('card.previous')} disabled={index <= 0} onClick={() => onMove(-1)}><IconChevronUp size={16} stroke={1.75} /></ActionIcon>
        <ActionIcon aria-label={t('card.next')} disabled={index < 0 || index >= total - 1} onClick={() => onMove(1)}><IconChevronDown size={16} stroke={1.75} /></ActionIcon>
        {index >= 0 && <span className="size-12 dim numbers" style={{ marginLeft: 4 }}>{t('card.position', { position: index + 1, total })}</span>}
        <span className="grow" />
        <Button variant="subtle" size="xs" leftSection={<IconArrowsDiagonal size={15} stroke={1.75} />} rightSection={<Kbd>↵</Kbd>} onClick={() => void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id } })}>{t('common:action.open')}</Button>
        {entity.operations.delete && !entity.read_only && <ActionIcon aria-label={t('common:action.delete')} onClick={() => record.data && onDelete(record.data)}><IconTrash size={16} stroke={1.75} /></ActionIcon>}
        <ActionIcon aria-label={t('common:action.close')} onClick={onClose}><IconX size={17} stroke={1.75} /></ActionIcon>
      </div>
      {record.isError && !record.data && <ErrorState record error={record.error} />}
      {record.data && <PeekBody key={id} entity={entity} record={record.data} />}
    </aside>
  );
}
