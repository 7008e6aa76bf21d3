import { NumberInput, Popover, Select, Switch, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { useCatalog } from '@/catalog/useCatalog';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { wrongAt } from '../datasets/useDataset';
import { DIMENSION_TYPES, isTakenPart, type Part, patchPart, renamePart, RESOURCE_TYPES } from '../model/balance';
import { firstChoice } from '../model/guess';
import { isName } from '../model/naming';
import { type DimensionDoc, labelOf, type ResourceDoc } from '../model/types';
import { ChoicesEditor } from '../parts/ChoicesEditor';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import type { Balance } from './useBalance';

const OWN = '';

interface Props {
  set: Balance;
  part: Part;
  of: DimensionDoc | ResourceDoc;
  at: number;
  name: string;
}

/** The type of a dimension or a resource, what belongs to it, and its name in expressions. */
export function PartSettings({ set: { doc, problems, published, save }, part, of, at, name }: Props) {
  const { t } = useTranslation('studio');
  const { workspace } = useCatalog().data;
  const { choiceSets, entityLabel, language } = useStudio();
  const [opened, setOpened] = useState(false);
  const [technical, setTechnical] = useState<string>();
  const here = `/balance/${part}/${at}`;
  const dimension = of as DimensionDoc;
  const resource = of as ResourceDoc;
  const wrong = (key: string) => wrongAt(problems, `${here}/${key}`);
  const patch = (change: Partial<DimensionDoc & ResourceDoc>, mark?: string) => save(patchPart(doc, part, of.name, change), mark && `${of.id}.${mark}`);
  const isLive = published?.balance?.[part].some((one) => (one.id ?? one.name) === (of.id ?? of.name));
  const retype = (type: string) => {
    if (part === 'resources') return patch({ type, scale: type === 'integer' ? undefined : resource.scale, currency: type === 'money' ? resource.currency : undefined });
    return patch({ type, target: type === 'link' ? dimension.target : undefined, inverse: type === 'link' || type === 'user' ? dimension.inverse : undefined, choice_set: undefined, choices: type === 'choice' ? (dimension.choices ?? [firstChoice()]) : undefined });
  };
  const leads = dimension.type === 'link' || dimension.type === 'user';
  const typed = technical ?? of.name;
  const bad = typed !== of.name && (!isName(typed) ? t('properties.name_wrong') : isTakenPart(doc, typed) ? t('properties.name_taken') : undefined);
  const keepName = () => { if (typed !== of.name && !bad) save(renamePart(doc, part, of.name, typed)); setTechnical(undefined); };
  const words = part === 'dimensions' && dimension.type === 'link' ? (dimension.target ? entityLabel(dimension.target) : t('part.choose_entity')) : t(`type.${of.type}`);
  const more = part === 'resources' && of.type !== 'integer' && resource.scale !== undefined ? ` · ${t('balances.digits', { count: resource.scale })}` : '';
  const hasProblem = ['type', 'target', 'choices', 'choice_set', 'inverse', 'name', 'scale', 'currency'].some(wrong);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={320} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className="takes" aria-haspopup="dialog" aria-expanded={opened} data-wrong={hasProblem || undefined} onClick={() => setOpened(!opened)}>
          <span className="visually-hidden">{t('balances.settings_of', { name })}: </span>
          <span className="ellipsis takes-path"><FieldTypeIcon type={of.type as FieldType} size={14} /><span className="ellipsis">{words}{more}</span></span>
          <IconChevronDown size={13} stroke={1.75} className="takes-arrow" aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={12} aria-label={t('balances.settings_of', { name })}>
        <div className="column gap-12">
          <Select size="xs" label={t('fields.type')} allowDeselect={false} value={of.type} comboboxProps={{ withinPortal: false }} error={wrong('type')} data={(part === 'dimensions' ? DIMENSION_TYPES : RESOURCE_TYPES).map((value) => ({ value, label: t(`type.${value}`) }))} onChange={(next) => next && next !== of.type && retype(next)} />
          {part === 'dimensions' && dimension.type === 'link' && <EntitySelect size="xs" label={t('balances.target')} value={dimension.target} comboboxProps={{ withinPortal: false }} error={wrong('target')} onChange={(target) => patch({ target })} />}
          {part === 'dimensions' && dimension.type === 'choice' && (
            <>
              <Select size="xs" label={t('choices.source')} allowDeselect={false} comboboxProps={{ withinPortal: false }} data={[{ value: OWN, label: t('choices.own') }, ...choiceSets.map((one) => ({ value: one.name, label: labelOf(one, language) }))]} value={dimension.choice_set ?? OWN} error={wrong('choice_set')}
                onChange={(next) => patch(next ? { choice_set: next, choices: undefined } : { choice_set: undefined, choices: dimension.choices ?? [firstChoice()] })} />
              {!dimension.choice_set && <ChoicesEditor choices={dimension.choices ?? []} error={wrong('choices')} onChange={(choices, mark) => patch({ choices }, mark)} />}
            </>
          )}
          {part === 'dimensions' && leads && <Switch label={t('balances.inverse')} checked={dimension.inverse !== undefined} onChange={(event) => patch({ inverse: event.currentTarget.checked ? doc.name : undefined })} />}
          {part === 'dimensions' && leads && dimension.inverse !== undefined && <TextInput size="xs" label={t('balances.inverse_name')} spellCheck={false} classNames={{ input: 'mono' }} value={dimension.inverse} error={wrong('inverse')} onChange={(event) => patch({ inverse: event.currentTarget.value.trim() }, 'inverse')} />}
          {part === 'resources' && of.type !== 'integer' && (
            <div className="pair">
              <NumberInput size="xs" label={t('properties.scale')} min={0} max={9} allowDecimal={false} allowNegative={false} placeholder={of.type === 'money' ? '2' : '6'} value={resource.scale ?? ''} error={wrong('scale')} onChange={(value) => patch({ scale: typeof value === 'number' ? value : undefined }, 'scale')} />
              {of.type === 'money' && <TextInput size="xs" label={t('properties.currency')} maxLength={3} placeholder={workspace.currency ?? 'EUR'} value={resource.currency ?? ''} error={wrong('currency')} onChange={(event) => patch({ currency: event.currentTarget.value.toUpperCase() || undefined }, 'currency')} />}
            </div>
          )}
          <TextInput size="xs" label={t('properties.technical_name')} description={isLive ? t('balances.rename_text') : undefined} spellCheck={false} classNames={{ input: 'mono' }} value={typed} error={bad || wrong('name')} onChange={(event) => setTechnical(event.currentTarget.value)} onBlur={keepName} onKeyDown={(event) => { if (event.key === 'Enter') keepName(); }} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
