import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { wrongAt } from '../datasets/useDataset';
import { orderParts, type Part, patchPart, removePart, renamePart, settledPart } from '../model/balance';
import { type DimensionDoc, labelOf, type Language, type ResourceDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { Handle, useSortableRow } from '../parts/Sortable';
import { useStudio } from '../state/StudioProvider';
import { PartSettings } from './PartSettings';
import type { Balance } from './useBalance';

interface Props {
  id: string;
  index: number;
  set: Balance;
  part: Part;
  of: DimensionDoc | ResourceDoc;
  /** Its place in the document. */
  at: number;
}

const icon = { size: 15, stroke: 1.75 };

/** One dimension or resource: its names, its type, and whether it may lack. */
export function PartRow({ id, index, set, part, of, at }: Props) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const { doc, problems, published, save } = set;
  const { ref, handleRef, dragging } = useSortableRow(id, index);
  const name = labelOf(of, language);
  const second: Language = language === 'ru' ? 'en' : 'ru';
  const here = `/balance/${part}/${at}`;
  const isResource = part === 'resources';
  const resource = of as ResourceDoc;
  const patch = (change: Partial<DimensionDoc & ResourceDoc>, mark?: string) => save(patchPart(doc, part, of.name, change), mark && `${id}.${mark}`);
  const settle = () => save(renamePart(doc, part, of.name, settledPart(doc, part, of.name, published)), `${id}.label.name`);
  const wrong = wrongAt(problems, here);
  const names = doc.balance?.[part].map((one) => one.name) ?? [];
  const shift = (step: number) => {
    const order = names.filter((one) => one !== of.name);
    order.splice(at + step, 0, of.name);
    save(orderParts(doc, part, order));
  };
  const input = (which: Language) => (
    <input className={which === language ? 'medium' : undefined} lang={which} value={of.label?.[which] ?? ''} placeholder={which === language ? name : t(`language.${which}`)} aria-label={which === language ? t('fields.name_of', { name }) : t('fields.name_in', { name, language: t(`language.${which}`) })}
      onChange={(event) => patch({ label: { ...of.label, [which]: event.target.value } }, `label.${which}`)} onBlur={settle} />
  );
  const mark = isResource ? Boolean(resource.refuse_negative) : Boolean((of as DimensionDoc).required);
  return (
    <div ref={ref} role="row" className="fields-row dataset-row" data-dragging={dragging || undefined}>
      <span role="cell" className="centre dataset-handle"><Handle handleRef={handleRef} name={name} /></span>
      <span role="cell" className="cell dataset-name">{input(language)}{wrong && <span className="row-problem" title={wrong} role="img" aria-label={wrong}><IconAlertTriangle size={15} stroke={1.75} /></span>}</span>
      <span role="cell" className="cell dataset-second">{input(second)}</span>
      <span role="cell" className="cell" data-caption={t('fields.type')}><PartSettings set={set} part={part} of={of} at={at} name={name} /></span>
      <span role="cell" className="cell balance-mark" data-caption={t(isResource ? 'balances.refuse' : 'balances.required')}>
        <Checkbox size="xs" checked={mark} aria-label={`${t(isResource ? 'balances.refuse' : 'balances.required')}: ${name}`}
          onChange={(event) => patch(isResource ? { refuse_negative: event.currentTarget.checked || undefined, message: undefined } : { required: event.currentTarget.checked || undefined })} />
      </span>
      <span role="cell" className="centre">
        <Menu position="bottom-end">
          <Menu.Target><ActionIcon size={24} aria-label={t('fields.actions', { name })}><IconDotsVertical {...icon} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {at > 0 && <Menu.Item leftSection={<IconArrowUp {...icon} />} onClick={() => shift(-1)}>{t('fields.up')}</Menu.Item>}
            {at < names.length - 1 && <Menu.Item leftSection={<IconArrowDown {...icon} />} onClick={() => shift(1)}>{t('fields.down')}</Menu.Item>}
            <Menu.Item data-danger disabled={names.length < 2} leftSection={<IconTrash {...icon} />} onClick={() => save(removePart(doc, part, of.name))}>{t('balances.remove_part')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      {isResource && resource.refuse_negative && (
        <div role="cell" className="balance-message">
          <LabelInputs label={t('balances.message')} value={resource.message} error={wrongAt(problems, `${here}/message`)} onChange={(message) => patch({ message: message.en || message.ru ? message : undefined }, 'message')} />
          <p className="hint">{t('balances.message_text')}</p>
        </div>
      )}
      {wrong && <span role="cell" className="dataset-wrong">{wrong}</span>}
    </div>
  );
}
