import { ActionIcon, Button } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronUp, IconCloudUpload, IconExclamationCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/shell/keyboard';
import { EntityIcon } from '@/ui/EntityIcon';
import { CardHeader } from './CardHeader';
import { ConflictDialog } from './ConflictDialog';
import { LayoutBody } from './form/FormLayout';
import { useLayoutOf } from './form/useLayoutOf';
import { neighboursOf } from './neighbours';
import { StageBar } from './StageBar';
import { useCard } from './useCard';
import type { RecordForm } from './useRecordForm';

/** Saved, saving, not saved: the card has no Save button. */
export function SaveState({ form }: { form: RecordForm }) {
  const { t } = useTranslation('work');
  const [gap] = form.gaps;
  if (gap && form.status !== 'saving') return <span className="row gap-6 size-12 bad save-state" role="status"><IconExclamationCircle size={14} stroke={1.75} />{t('lines.not_saved', { number: gap.line })}</span>;
  if (form.unsaved && form.status !== 'saving') return <span className="row gap-6 size-12 bad save-state" role="status"><IconExclamationCircle size={14} stroke={1.75} />{t('card.not_saved')}</span>;
  if (form.status === 'idle') return <span role="status" />;
  return (
    <span className="row gap-6 size-12 dim save-state" role="status">
      {form.status === 'saving' && <><IconCloudUpload size={14} stroke={1.75} />{t('card.saving')}</>}
      {form.status === 'saved' && <><IconCheck size={14} stroke={2} color="var(--ok)" />{t('card.saved')}</>}
      {form.status === 'failed' && <span className="row gap-6 bad"><IconExclamationCircle size={14} stroke={1.75} />{t('card.not_saved')}</span>}
      {form.undo && <Button variant="transparent" size="compact-xs" onClick={form.undo}>{t('common:action.undo')}</Button>}
    </span>
  );
}

export function DesktopCard({ form, title }: { form: RecordForm; title: string }) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const card = useCard(form);
  const navigate = useNavigate();
  const state = useLayoutOf({ form, layout: card.layout, variant: 'edit', errors: card.errors, mayEdit: card.mayEdit });
  const neighbours = neighboursOf(entity.name, values.id);
  const go = (id: string | undefined) => id && void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id } });
  useShortcuts({ KeyJ: () => go(neighbours?.next), KeyK: () => go(neighbours?.previous), Escape: () => void navigate({ to: '/e/$entity', params: { entity: entity.name } }), 'Mod+KeyZ': () => form.undo?.() });
  return (
    <>
      <div className="top-bar">
        <Link to="/e/$entity" params={{ entity: entity.name }} className="row gap-6 muted medium"><EntityIcon name={entity.icon} color="var(--text-3)" />{entity.plural}</Link>
        <span className="dim">/</span><span className="strong ellipsis">{title}</span><span className="grow" />
        {neighbours && <><span className="size-12 dim numbers">{t('card.position', { position: neighbours.position, total: neighbours.total })}</span>
          <ActionIcon aria-label={t('card.previous')} disabled={!neighbours.previous} onClick={() => go(neighbours.previous)}><IconChevronUp size={16} stroke={1.75} /></ActionIcon>
          <ActionIcon aria-label={t('card.next')} disabled={!neighbours.next} onClick={() => go(neighbours.next)}><IconChevronDown size={16} stroke={1.75} /></ActionIcon></>}
      </div>
      <div style={{ padding: '14px 20px 0', flex: 'none' }}>
        <CardHeader form={form} title={title} card={card} state={state} />
        {card.stage && <StageBar field={card.stage} value={values[card.stage.name]} onPick={card.mayEdit ? (value) => form.save(card.stage!, value) : undefined} />}
      </div>
      <LayoutBody state={state} aside={<SaveState form={form} />} />
      {form.conflict && <ConflictDialog form={form} conflict={form.conflict} />}
    </>
  );
}
