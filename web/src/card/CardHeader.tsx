import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowRight, IconBolt, IconCopy, IconDots, IconHelpCircle, IconLink, IconShare2, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { Fragment, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Catalog, ownFields } from '@/catalog/catalog';
import type { Entity, Field, RecordButton } from '@/catalog/types';
import { FieldValue } from '@/fields/FieldValue';
import { isEmpty } from '@/fields/mapping';
import { key } from '@/buttons/usePress';
import { toast } from '@/ui/toast';
import { Mark } from '@/ui/marks';
import type { Layout } from './form/context';
import { FormHelp } from './form/FormHelp';
import { everyPart, labelOf, wayOf } from './form/layout';
import { LetterActions } from './LetterActions';
import { LETTERS } from './related';
import type { useCard } from './useCard';
import type { RecordForm } from './useRecordForm';

const ShareDialog = lazy(async () => ({ default: (await import('./ShareDialog')).ShareDialog }));
const FACTS = 4;
/** Types whose values do not tell by themselves what they are. */
const DATES: Field['type'][] = ['date', 'datetime'];

/** One line of facts where no form chooses them: number, first link, first money, first date. */
export function factsOf(entity: Entity): Field[] {
  const own = ownFields(entity).filter((field) => field.name !== entity.title);
  const first = (...types: Field['type'][]) => own.find((field) => types.includes(field.type));
  return [first('auto_number'), first('link', 'user'), first('money'), first('date'), first('email'), first('phone')].flatMap((field) => field ?? []).slice(0, FACTS);
}

/** What stands under the title: what the form names, own or behind links, as far as there is anything. */
export function headerOf({ entity, layout, form, facts }: Layout, catalog: Catalog): { path: string; field: Field; value: unknown }[] {
  const chosen = layout.header?.length ? layout.header : factsOf(entity).map((field) => field.name);
  // The stages say by themselves where it is.
  return chosen.filter((path) => path !== layout.stage).flatMap((path) => {
    const way = wayOf(catalog, entity, path);
    const value = path.includes('.') ? facts.facts[path] : form.values[path];
    return way && !isEmpty(value) ? [{ path, field: { ...way.last, label: labelOf(way) }, value }] : [];
  });
}

/** Buttons of scripts that stand beside the title; what is more is in the menu. */
const SHOWN = 2;

/** What may be done with a record; `without` are buttons that stand beside. */
export function RecordMenu({ form, card, size = 28, without }: { form: RecordForm; card: ReturnType<typeof useCard>; size?: number; without?: RecordButton[] }) {
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
        {card.buttons.filter((button) => !without?.includes(button)).map((button) => <Menu.Item key={key(button)} leftSection={<IconBolt size={16} stroke={1.75} />} disabled={form.status === 'saving'} onClick={() => card.pressing.start(button)}>{button.label}</Menu.Item>)}
        <Menu.Item leftSection={<IconLink size={16} stroke={1.75} />} onClick={copyLink}>{t('card.copy_link')}</Menu.Item>
        {entity.operations.share && <Menu.Item leftSection={<IconShare2 size={16} stroke={1.75} />} onClick={() => setSharing(true)}>{t('share.open')}</Menu.Item>}
        {card.catalog.data.rights.administer && !entity.dataset && <Menu.Item leftSection={<IconHelpCircle size={16} stroke={1.75} />} onClick={() => void navigate({ to: '/studio/access', search: { explain: 'yes', entity: entity.name, record: values.id } as Record<string, string> })}>{t('card.explain')}</Menu.Item>}
        {entity.operations.create && !entity.read_only && <Menu.Item leftSection={<IconCopy size={16} stroke={1.75} />} onClick={() => void navigate({ to: '/e/$entity/new', params: { entity: entity.name }, search: { from: values.id } })}>{t('card.copy')}</Menu.Item>}
        {card.mayDelete && <Menu.Item data-danger leftSection={<IconTrash size={16} stroke={1.75} />} onClick={() => void card.removeRecord()}>{t('common:action.delete')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
    {!without && card.pressing.dialog}
    {sharing && <Suspense fallback={null}><ShareDialog entity={entity} id={values.id} onClose={() => setSharing(false)} /></Suspense>}
    </>
  );
}

export function CardHeader({ form, title, card, state }: { form: RecordForm; title: string; card: ReturnType<typeof useCard>; state: Layout }) {
  const { t } = useTranslation('work');
  const { entity, values } = form;
  const facts = headerOf(state, card.catalog);
  // A button that the form has among its fields needs no second place in sight.
  const drawn = new Set(everyPart(state.layout).flatMap((part) => ('type' in part && part.type === 'button' && typeof part.button === 'object' ? [key(part.button)] : [])));
  const buttons = card.buttons.filter((button) => !drawn.has(key(button))).slice(0, SHOWN);
  return (
    <div className="row gap-12">
      <Mark name={title} size={40} />
      <div className="grow">
        <h1 className="page-title ellipsis">{title}</h1>
        <div className="row gap-6 muted card-facts">
          {facts.length === 0 && <span>{entity.label}</span>}
          {facts.map(({ path, field, value }, index) => <Fragment key={path}>{index > 0 && <span className="dim">·</span>}<span className={field.type === 'money' ? 'numbers strong fact-money' : 'numbers'} title={field.label}>{DATES.includes(field.type) && <span className="dim">{field.label} </span>}<FieldValue field={field} value={value} /></span></Fragment>)}
        </div>
      </div>
      {entity.name === LETTERS && <LetterActions letter={values} />}
      {card.next && card.mayEdit && <Button leftSection={<IconArrowRight size={15} stroke={1.75} />} onClick={() => form.save(card.stage!, card.next!.value)}>{t('card.to_stage', { label: card.next.label })}</Button>}
      {buttons.map((button) => <Button key={key(button)} variant="default" leftSection={<IconBolt size={15} stroke={1.75} />} disabled={form.status === 'saving'} loading={card.pressing.running === key(button)} onClick={() => card.pressing.start(button)}>{button.label}</Button>)}
      <FormHelp title={state.layout.label} text={state.layout.help} />
      <RecordMenu form={form} card={card} without={buttons} />
      {card.pressing.dialog}
    </div>
  );
}
