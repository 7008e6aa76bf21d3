import { ActionIcon, Button } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronUp, IconCloudUpload, IconExclamationCircle } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isComposed } from '@/catalog/catalog';
import { useShortcuts } from '@/shell/keyboard';
import { EntityIcon } from '@/ui/EntityIcon';
import { CardHeader } from './CardHeader';
import { ConflictDialog } from './ConflictDialog';
import { FormSummary } from './FormSummary';
import { History } from './History';
import { MainSections } from './MainSections';
import { neighboursOf } from './neighbours';
import { RelatedList } from './RelatedList';
import { RelatedTab } from './RelatedTab';
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
  const search = useSearch({ strict: false }) as { tab?: string };
  // Nothing is kept of what was in the rows of a dataset.
  const hasHistory = !isComposed(entity);
  const tab = (search.tab === 'history' && !hasHistory ? undefined : search.tab) ?? 'main';
  const hasTabs = hasHistory || card.sections.related.length > 0;
  const pick = (next: string) => void navigate({ to: '.', search: (current: Record<string, unknown>) => ({ ...current, tab: next === 'main' ? undefined : next }), replace: true });
  const neighbours = neighboursOf(entity.name, values.id);
  const go = (id: string | undefined) => id && void navigate({ to: '/e/$entity/$id', params: { entity: entity.name, id } });
  useShortcuts({ KeyJ: () => go(neighbours?.next), KeyK: () => go(neighbours?.previous), Escape: () => void navigate({ to: '/e/$entity', params: { entity: entity.name } }), 'Mod+KeyZ': () => form.undo?.() });
  const related = card.sections.related.find((field) => field.name === tab);
  const tabProps = (name: string) => ({ type: 'button' as const, role: 'tab', className: 'tab', 'aria-selected': tab === name, onClick: () => pick(name) });
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
        <CardHeader form={form} title={title} card={card} />
        {card.stage && <StageBar field={card.stage} value={values[card.stage.name]} onPick={card.mayEdit ? (value) => form.save(card.stage!, value) : undefined} />}
      </div>
      {hasTabs && <div className="tabs" style={{ marginTop: 8, padding: '0 10px' }}><div className="tab-list" role="tablist" aria-label={title}>
        <button {...tabProps('main')}>{t('card.main')}</button>
        {card.sections.related.map((field) => <RelatedTab key={field.name} field={field} id={values.id} props={tabProps(field.name)} />)}
        {hasHistory && <button {...tabProps('history')}>{t('card.history')}</button>}
        </div><span className="grow" /><span style={{ padding: '0 10px', display: 'flex' }}><SaveState form={form} /></span>
      </div>}
      <div className="row grow" style={{ alignItems: 'stretch', minHeight: 0 }}>
        <div className="card-body" role="tabpanel" tabIndex={0}>
          {tab === 'main' && <><FormSummary entity={entity} errors={card.errors} /><MainSections form={form} sections={card.sections} errors={card.errors} mayEdit={card.mayEdit} /></>}
          {related && <RelatedList field={related} owner={values} ownerTitle={title} />}
          {tab === 'history' && <div className="card" style={{ padding: 16, maxWidth: 760 }}><History entity={entity} id={values.id} /></div>}
        </div>
        {tab === 'main' && hasHistory && <aside className="card-side" aria-label={t('card.history')}><div className="section-title" style={{ padding: '14px 16px 8px' }}>{t('card.history')}</div><div className="card-side-scroll" tabIndex={0} role="group" aria-label={t('card.history')}><History entity={entity} id={values.id} /></div></aside>}
      </div>
      {form.conflict && <ConflictDialog form={form} conflict={form.conflict} />}
    </>
  );
}
