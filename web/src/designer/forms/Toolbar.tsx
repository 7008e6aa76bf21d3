import { ActionIcon, Button, Menu, Popover, SegmentedControl, Select } from '@mantine/core';
import { IconArrowBackUp, IconChevronDown, IconCopy, IconDeviceDesktop, IconDeviceMobile, IconDeviceTablet, IconDots, IconEye, IconPencil, IconPlus, IconSettings, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { VARIANTS, type Variant } from '../model/form';
import { keyOf, labelOf } from '../model/types';
import { useRoleLabel } from '../parts/useRoleLabel';
import { useStudio } from '../state/StudioProvider';
import { NewFormDialog } from './NewFormDialog';
import { type Device, useDesign } from './useDesign';
import { useSample } from './useRecord';

const icon = { size: 15, stroke: 1.75 };

/** Whose card it is, how it is looked at, and with which record. */
export function Toolbar() {
  const { t } = useTranslation('studio');
  const { look, setLook } = useDesign();
  const devices: [Device, React.ReactNode][] = [['desk', <IconDeviceDesktop key="desk" {...icon} />], ['tablet', <IconDeviceTablet key="tablet" {...icon} />], ['phone', <IconDeviceMobile key="phone" {...icon} />]];
  return (
    <div className="bar board-bar form-bar">
      {look.isPreview ? <AsWhom /> : <CardFor />}
      <span className="grow" />
      <VariantSelect />
      <SegmentedControl size="xs" aria-label={t('dashboards.device')} value={look.device} onChange={(device) => setLook({ device: device as Device, variant: look.variant === 'create' || look.variant === 'quick' ? look.variant : device === 'phone' ? 'phone' : 'edit' })}
        data={devices.map(([value, drawn]) => ({ value, label: <span className="board-device">{drawn}<span className="visually-hidden">{t(`forms.device_${value}`)}</span></span> }))} />
      <RecordChoice />
      <Button size="xs" variant={look.isPreview ? 'filled' : 'default'} leftSection={look.isPreview ? <IconPencil {...icon} /> : <IconEye {...icon} />} onClick={() => setLook({ isPreview: !look.isPreview })}>{t(look.isPreview ? 'forms.draw' : 'forms.preview')}</Button>
      <More />
    </div>
  );
}

/** The forms of the entity by those who get them, and one for more people. */
function CardFor() {
  const { t } = useTranslation('studio');
  const { forms, changed, language } = useStudio();
  const { doc } = useDesign();
  const navigate = useNavigate();
  const role = useRoleLabel();
  const [adding, setAdding] = useState(false);
  const siblings = forms.filter((one) => one.entity === doc.entity).sort((a, b) => Number(Boolean(a.roles?.length)) - Number(Boolean(b.roles?.length)) || (a.order ?? 0) - (b.order ?? 0));
  const names = siblings.map((one) => (one.roles?.length ? one.roles.map(role).join(', ') : t('part.everybody')));
  const nameOf = (at: number) => (names.filter((one) => one === names[at]).length > 1 ? labelOf(siblings[at], language) : names[at]!);
  return (
    <>
      <span className="dim form-for">{t('forms.card_for')}</span>
      <SegmentedControl size="xs" className="form-siblings" aria-label={t('forms.card_for')} value={doc.name} onChange={(name) => void navigate({ to: `/studio/forms/${name}` })}
        data={siblings.map((one, at) => ({ value: one.name, label: <span className="row gap-6"><span className="ellipsis">{nameOf(at)}</span>{changed.has(keyOf(one)) && <span className="changed-point" role="img" aria-label={t('tree.changed')} />}</span> }))} />
      <ActionIcon aria-label={t('forms.for_others')} title={t('forms.for_others')} onClick={() => setAdding(true)}><IconPlus size={16} stroke={1.75} /></ActionIcon>
      {adding && <NewFormDialog from={doc} onClose={() => setAdding(false)} />}
    </>
  );
}

const MYSELF = '';

/** Whose rights the preview has. */
function AsWhom() {
  const { t } = useTranslation('studio');
  const { documents, language } = useStudio();
  const { look, setLook } = useDesign();
  const roles = documents.flatMap((one) => (one.kind === 'role' ? [{ value: one.name, label: labelOf(one, language) }] : []));
  return (
    <>
      <span className="dim form-for">{t('forms.as')}</span>
      <Select size="xs" w={180} allowDeselect={false} aria-label={t('forms.as')} data={[{ value: MYSELF, label: t('forms.myself') }, ...roles]} value={look.role ?? MYSELF} onChange={(role) => setLook({ role: role || undefined })} />
    </>
  );
}

function VariantSelect() {
  const { t } = useTranslation('studio');
  const { look, setLook } = useDesign();
  return <Select size="xs" w={128} allowDeselect={false} aria-label={t('forms.variant')} data={VARIANTS.map((value) => ({ value, label: t(`forms.in_${value}`) }))} value={look.variant} onChange={(variant) => variant && setLook({ variant: variant as Variant, ...(variant === 'phone' ? { device: 'phone' as const } : variant === 'edit' && look.device === 'phone' ? { device: 'desk' as const } : {}) })} />;
}

function RecordChoice() {
  const { t } = useTranslation('studio');
  const { entity, entityLabel } = useStudio();
  const { doc, look, setLook } = useDesign();
  const { title } = useSample();
  const [opened, setOpened] = useState(false);
  if (!entity(doc.entity)?.published || look.variant === 'create' || look.variant === 'quick') return null;
  return (
    <Popover opened={opened} onChange={setOpened} width={300} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" className="form-record" rightSection={<IconChevronDown size={14} stroke={1.75} />} aria-expanded={opened} onClick={() => setOpened(!opened)}><span className="dim">{t('forms.record')}</span><span className="ellipsis medium">{title?.title || t('forms.no_record')}</span></Button>
      </Popover.Target>
      <Popover.Dropdown p={8}><RecordSelect id="form-record" label={entityLabel(doc.entity)} target={doc.entity} value={look.record ?? title ?? null} clearable={false} autoFocus onChange={(record) => { setLook({ record }); setOpened(false); }} /></Popover.Dropdown>
    </Popover>
  );
}

function More() {
  const { t } = useTranslation('studio');
  const { bench, state, changed, language } = useStudio();
  const { doc, choose, setLook } = useDesign();
  const navigate = useNavigate();
  const [copying, setCopying] = useState(false);
  const key = keyOf(doc);
  const leave = () => void navigate({ to: '/studio/forms' });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t('dashboards.more_of', { name: labelOf(doc, language) })}><IconDots size={17} stroke={1.75} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSettings {...icon} />} onClick={() => { setLook({ isPreview: false }); choose(); }}>{t('forms.settings')}</Menu.Item>
          <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => setCopying(true)}>{t('forms.for_others')}</Menu.Item>
          {changed.has(key) && <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => { bench.revert(key); if (!state.published.has(key)) leave(); }}>{t('entity.discard')}</Menu.Item>}
          <Menu.Item data-danger leftSection={<IconTrash {...icon} />} onClick={() => { bench.removeDocument(key); leave(); }}>{t('forms.remove')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {copying && <NewFormDialog from={doc} onClose={() => setCopying(false)} />}
    </>
  );
}
