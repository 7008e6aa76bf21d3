import { Button } from '@mantine/core';
import { IconChevronLeft, IconMail, IconPhone, IconWorld } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isComposed, ownFields } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/format';
import { isEmpty } from '@/fields/mapping';
import { RecordMenu } from './CardHeader';
import { ConflictDialog } from './ConflictDialog';
import { SaveState } from './DesktopCard';
import { FieldRow } from './FieldRow';
import { FormSummary } from './FormSummary';
import { History } from './History';
import { LetterActions } from './LetterActions';
import { LinesTable } from './LinesTable';
import { LETTERS } from './related';
import { RelatedList } from './RelatedList';
import { RelatedTab } from './RelatedTab';
import { StageLine } from './StageBar';
import { useCard } from './useCard';
import type { RecordForm } from './useRecordForm';

/** The card on a phone: fields as rows, one sticky button for the next stage. */
export function MobileCard({ form, title }: { form: RecordForm; title: string }) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const card = useCard(form);
  const catalog = useCatalog();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { tab?: string };
  const tab = (isComposed(entity) ? undefined : search.tab) ?? 'main';
  const hasTabs = !isComposed(entity) || card.sections.related.length > 0;
  const pick = (next: string) => void navigate({ to: '.', search: (current: Record<string, unknown>) => ({ ...current, tab: next === 'main' ? undefined : next }), replace: true });
  const tabProps = (name: string) => ({ type: 'button' as const, role: 'tab', className: 'tab', 'aria-selected': tab === name, onClick: () => pick(name) });
  const own = ownFields(entity);
  const link = own.find((field) => field.type === 'link' && !isEmpty(values[field.name]));
  const money = own.find((field) => field.type === 'money');
  const contacts = own.filter((field) => ['phone', 'email', 'url'].includes(field.type) && !isEmpty(values[field.name])).slice(0, 4);
  const related = card.sections.related.find((field) => field.name === tab);
  const icons = { phone: IconPhone, email: IconMail, url: IconWorld } as const;
  const address = (type: string, text: string) => (type === 'email' ? `mailto:${text}` : type === 'phone' ? `tel:${text.replace(/[^\d+]/g, '')}` : /^https?:/i.test(text) ? text : `https://${text}`);
  return (
    <>
      <div className="row" style={{ padding: '0 6px', height: 48, flex: 'none' }}>
        <button type="button" className="phone-icon" aria-label={t('common:action.back')} onClick={() => void navigate({ to: '/e/$entity', params: { entity: entity.name } })}><IconChevronLeft size={22} stroke={1.75} /></button>
        <span className="grow muted medium ellipsis" style={{ textAlign: 'center' }}>{entity.label}</span>
        <RecordMenu form={form} card={card} size={44} />
      </div>
      <div className="phone-card">
        <div style={{ padding: '4px 16px 12px' }}>
          <h1 className="page-title" style={{ lineHeight: '26px' }}>{title}</h1>
          <div className="row gap-6" style={{ marginTop: 6 }}>{link && <FieldValue field={link} value={values[link.name]} />}<span className="grow" />{money && !isEmpty(values[money.name]) && <span className="numbers strong size-16">{formatValue(money, values[money.name], catalog.data.workspace.currency)}</span>}</div>
          {card.stage && <div style={{ marginTop: 14 }}><StageLine field={card.stage} value={values[card.stage.name]} names={false} /><div style={{ marginTop: 8 }}><FieldValue field={card.stage} value={values[card.stage.name]} inRow /></div></div>}
          {contacts.length > 0 && <div className="row gap-8" style={{ marginTop: 14 }}>{contacts.map((field) => { const Icon = icons[field.type as keyof typeof icons]; return <a key={field.name} className="phone-action" href={address(field.type, String(values[field.name]))}><Icon size={20} stroke={1.75} /><span>{field.label}</span></a>; })}</div>}
          {entity.name === LETTERS && <div className="column gap-8" style={{ marginTop: 14 }}><LetterActions letter={values} /></div>}
          <SaveState form={form} />
        </div>
        {hasTabs && <div className="tabs phone-tabs" role="tablist" aria-label={title}>
          <button {...tabProps('main')}>{t('card.main')}</button>
          {!isComposed(entity) && <button {...tabProps('history')}>{t('card.history')}</button>}
          {card.sections.related.map((field) => <RelatedTab key={field.name} field={field} id={values.id} props={tabProps(field.name)} />)}
        </div>}
        {tab === 'main' && (
          <div style={{ background: 'var(--bg)', paddingBottom: 16 }}>
            <FormSummary entity={entity} errors={card.errors} />
            <div className="phone-fields">{[...card.sections.main, ...card.sections.files].map((field) => <FieldRow key={field.name} phone field={field} form={form} error={card.errors[field.name]} mayEdit={card.mayEdit} />)}</div>
            {card.sections.lines.map((field) => <div key={field.name} style={{ marginTop: 12 }}><LinesTable field={field} form={form} error={card.errors[field.name]} mayEdit={card.mayEdit} /></div>)}
          </div>
        )}
        {related && <RelatedList field={related} owner={values} ownerTitle={title} />}
        {tab === 'history' && !isComposed(entity) && <div style={{ padding: 16 }}><History entity={entity} id={values.id} /></div>}
      </div>
      {card.next && card.mayEdit && <div className="phone-foot"><Button size="xl" fullWidth onClick={() => form.save(card.stage!, card.next!.value)}>{t('card.to_stage', { label: card.next.label })}</Button></div>}
      {form.conflict && <ConflictDialog form={form} conflict={form.conflict} />}
    </>
  );
}
