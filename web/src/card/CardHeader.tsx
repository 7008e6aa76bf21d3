import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowRight, IconBolt, IconCopy, IconDots, IconHelpCircle, IconLink, IconShare2, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { Fragment, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ownFields } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { isEmpty } from '@/fields/mapping';
import { key } from '@/buttons/usePress';
import { toast } from '@/ui/toast';
import { Mark } from '@/ui/marks';
import { LetterActions } from './LetterActions';
import { LETTERS } from './related';
import type { useCard } from './useCard';
import type { RecordForm } from './useRecordForm';

const ShareDialog = lazy(async () => ({ default: (await import('./ShareDialog')).ShareDialog }));
const FACTS = 4;
/** Types whose values do not tell by themselves what they are. */
const DATES: Field['type'][] = ['date', 'datetime'];

/** One line of facts: number, first link, first money, first date. */
export function factsOf(entity: Entity): Field[] {
  const own = ownFields(entity).filter((field) => field.name !== entity.title);
  const first = (...types: Field['type'][]) => own.find((field) => types.includes(field.type));
  return [first('auto_number'), first('link', 'user'), first('money'), first('date'), first('email'), first('phone')].flatMap((field) => field ?? []).slice(0, FACTS);
}

/** Buttons of scripts that stand beside the title; what is more is in the menu. */
const SHOWN = 2;

/** What may be done with a record; `from` is the first of its buttons that stands nowhere else. */
export function RecordMenu({ form, card, size = 28, from = 0 }: { form: RecordForm; card: ReturnType<typeof useCard>; size?: number; from?: number }) {
  const { t } = useTranslation('work');
  const navigate = useNavigate();
  const { entity, values } = form;
  const [sharing, setSharing] = useState(false);
  const copyLink = () => void navigator.clipboard?.writeText(`${location.origin}/e/${entity.name}/${values.id}`).then(() => toast(t('card.link_copied')));
  return (
    <>
    <Menu position="bottom-end">
      <Menu.Target><ActionIcon size={size} aria-label={t('card.more')}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        {card.buttons.slice(from).map((button) => <Menu.Item key={key(button)} leftSection={<IconBolt size={16} stroke={1.75} />} disabled={form.status === 'saving'} onClick={() => card.pressing.start(button)}>{button.label}</Menu.Item>)}
        <Menu.Item leftSection={<IconLink size={16} stroke={1.75} />} onClick={copyLink}>{t('card.copy_link')}</Menu.Item>
        {entity.operations.share && <Menu.Item leftSection={<IconShare2 size={16} stroke={1.75} />} onClick={() => setSharing(true)}>{t('share.open')}</Menu.Item>}
        {card.catalog.data.rights.administer && !entity.dataset && <Menu.Item leftSection={<IconHelpCircle size={16} stroke={1.75} />} onClick={() => void navigate({ to: '/studio/access', search: { explain: 'yes', entity: entity.name, record: values.id } as Record<string, string> })}>{t('card.explain')}</Menu.Item>}
        {entity.operations.create && !entity.read_only && <Menu.Item leftSection={<IconCopy size={16} stroke={1.75} />} onClick={() => void navigate({ to: '/e/$entity/new', params: { entity: entity.name }, search: { from: values.id } })}>{t('card.copy')}</Menu.Item>}
        {card.mayDelete && <Menu.Item data-danger leftSection={<IconTrash size={16} stroke={1.75} />} onClick={() => void card.removeRecord()}>{t('common:action.delete')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
    {from === 0 && card.pressing.dialog}
    {sharing && <Suspense fallback={null}><ShareDialog entity={entity} id={values.id} onClose={() => setSharing(false)} /></Suspense>}
    </>
  );
}

export function CardHeader({ form, title, card }: { form: RecordForm; title: string; card: ReturnType<typeof useCard> }) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const facts = factsOf(entity).filter((field) => !isEmpty(values[field.name]));
  return (
    <div className="row gap-12">
      <Mark name={title} size={40} />
      <div className="grow">
        <h1 className="page-title ellipsis">{title}</h1>
        <div className="row gap-6 muted card-facts">
          {facts.length === 0 && <span>{entity.label}</span>}
          {facts.map((field, index) => <Fragment key={field.name}>{index > 0 && <span className="dim">·</span>}<span className={field.type === 'money' ? 'numbers strong fact-money' : 'numbers'} title={field.label}>{DATES.includes(field.type) && <span className="dim">{field.label} </span>}<FieldValue field={field} value={values[field.name]} /></span></Fragment>)}
        </div>
      </div>
      {entity.name === LETTERS && <LetterActions letter={values} />}
      {card.next && card.mayEdit && <Button leftSection={<IconArrowRight size={15} stroke={1.75} />} onClick={() => form.save(card.stage!, card.next!.value)}>{t('card.to_stage', { label: card.next.label })}</Button>}
      {card.buttons.slice(0, SHOWN).map((button) => <Button key={key(button)} variant="default" leftSection={<IconBolt size={15} stroke={1.75} />} disabled={form.status === 'saving'} loading={card.pressing.running === key(button)} onClick={() => card.pressing.start(button)}>{button.label}</Button>)}
      <RecordMenu form={form} card={card} from={SHOWN} />
      {card.pressing.dialog}
    </div>
  );
}
