import { Button } from '@mantine/core';
import { IconChevronLeft, IconMail, IconPhone, IconWorld } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ownFields } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { FieldValue } from '@/fields/FieldValue';
import { formatValue } from '@/fields/format';
import { isEmpty } from '@/fields/mapping';
import { headerOf, RecordMenu } from './CardHeader';
import { ConflictDialog } from './ConflictDialog';
import { SaveState } from './DesktopCard';
import { FormHelp } from './form/FormHelp';
import { LayoutBody } from './form/FormLayout';
import { useLayoutOf } from './form/useLayoutOf';
import { LetterActions } from './LetterActions';
import { LETTERS } from './related';
import { StageLine } from './StageBar';
import { useCard } from './useCard';
import type { RecordForm } from './useRecordForm';

/** What a form put under the title: the sum at the end of the first line, the rest where there is room. */
function PhoneFacts({ facts }: { facts: ReturnType<typeof headerOf> }) {
  const catalog = useCatalog();
  const money = facts.find(({ field }) => field.type === 'money');
  return (
    <div className="row gap-6" style={{ marginTop: 6, alignItems: 'flex-start' }}>
      <span className="row grow card-facts" style={{ columnGap: 10 }}>{facts.filter((fact) => fact !== money).map(({ path, field, value }) => <span key={path} className="numbers muted" title={field.label}><FieldValue field={field} value={value} /></span>)}</span>
      {money && <span className="numbers strong size-16">{formatValue(money.field, money.value, catalog.data.workspace.currency)}</span>}
    </div>
  );
}

/** The card on a phone: fields as rows, one sticky button for the next stage. */
export function MobileCard({ form, title }: { form: RecordForm; title: string }) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const card = useCard(form);
  const catalog = useCatalog();
  const navigate = useNavigate();
  const state = useLayoutOf({ form, layout: card.layout, variant: 'phone', errors: card.errors, mayEdit: card.mayEdit });
  const own = ownFields(entity);
  const link = own.find((field) => field.type === 'link' && !isEmpty(values[field.name]));
  const money = own.find((field) => field.type === 'money');
  const contacts = own.filter((field) => ['phone', 'email', 'url'].includes(field.type) && !isEmpty(values[field.name])).slice(0, 4);
  const facts = card.layout.header?.length ? headerOf(state, catalog) : [];
  const icons = { phone: IconPhone, email: IconMail, url: IconWorld } as const;
  const address = (type: string, text: string) => (type === 'email' ? `mailto:${text}` : type === 'phone' ? `tel:${text.replace(/[^\d+]/g, '')}` : /^https?:/i.test(text) ? text : `https://${text}`);
  return (
    <>
      <div className="row" style={{ padding: '0 6px', height: 48, flex: 'none' }}>
        <button type="button" className="phone-icon" aria-label={t('common:action.back')} onClick={() => void navigate({ to: '/e/$entity', params: { entity: entity.name } })}><IconChevronLeft size={22} stroke={1.75} /></button>
        <span className="grow muted medium ellipsis" style={{ textAlign: 'center' }}>{entity.label}</span>
        <FormHelp title={card.layout.label} text={card.layout.help} size={44} />
        <RecordMenu form={form} card={card} size={44} />
      </div>
      <div className="phone-card">
        <div style={{ padding: '4px 16px 12px' }}>
          <h1 className="page-title" style={{ lineHeight: '26px' }}>{title}</h1>
          {facts.length > 0 ? <PhoneFacts facts={facts} /> : <div className="row gap-6" style={{ marginTop: 6 }}>{link && <FieldValue field={link} value={values[link.name]} />}<span className="grow" />{money && !isEmpty(values[money.name]) && <span className="numbers strong size-16">{formatValue(money, values[money.name], catalog.data.workspace.currency)}</span>}</div>}
          {card.stage && <div style={{ marginTop: 14 }}><StageLine field={card.stage} value={values[card.stage.name]} names={false} /><div style={{ marginTop: 8 }}><FieldValue field={card.stage} value={values[card.stage.name]} inRow /></div></div>}
          {contacts.length > 0 && <div className="row gap-8" style={{ marginTop: 14 }}>{contacts.map((field) => { const Icon = icons[field.type as keyof typeof icons]; return <a key={field.name} className="phone-action" href={address(field.type, String(values[field.name]))}><Icon size={20} stroke={1.75} /><span>{field.label}</span></a>; })}</div>}
          {entity.name === LETTERS && <div className="column gap-8" style={{ marginTop: 14 }}><LetterActions letter={values} /></div>}
          <SaveState form={form} />
        </div>
        <LayoutBody state={state} />
      </div>
      {card.next && card.mayEdit && <div className="phone-foot"><Button size="xl" fullWidth onClick={() => form.save(card.stage!, card.next!.value)}>{t('card.to_stage', { label: card.next.label })}</Button></div>}
      {form.conflict && <ConflictDialog form={form} conflict={form.conflict} />}
    </>
  );
}
