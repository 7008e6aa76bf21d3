import { TextInput, UnstyledButton } from '@mantine/core';
import { IconGripVertical, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import { everything, type FormNode } from '../model/form';
import { COMPONENTS, partOfPath } from '../model/formNew';
import { mayStand } from '../model/formStart';
import { pathsOn } from '../model/formUse';
import { PART_ICONS } from './icons';
import { Outline } from './Outline';
import { RelationTree } from './RelationTree';
import { useCarry } from './useCarry';
import { useDesign } from './useDesign';
import { useAddPart, useMaking } from './useMaking';

/** What can be put on the form, and what is there. */
export function Palette() {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const [tab, setTab] = useState<'add' | 'outline'>('add');
  return (
    <aside className="board-palette" aria-label={t('forms.palette')}>
      <div className="tabs board-tabs" role="tablist" aria-label={t('forms.palette')}>
        {(['add', 'outline'] as const).map((one) => (
          <button key={one} type="button" role="tab" className="tab" aria-selected={tab === one} onClick={() => setTab(one)}>{t(`dashboards.tab_${one}`)}{one === 'outline' && <span className="count">{everything(doc).length}</span>}</button>
        ))}
      </div>
      <div className="board-palette-body">{tab === 'outline' ? <Outline /> : <Additions />}</div>
    </aside>
  );
}

/** Fewer fields than this are found without a search. */
const MANY = 8;

function Additions() {
  const { t } = useTranslation('studio');
  const { doc, subject } = useDesign();
  const [words, setWords] = useState('');
  const text = words.trim().toLowerCase();
  const on = pathsOn(doc);
  const fields = mayStand(subject);
  const free = fields.filter((field) => !on.has(field.name));
  const shown = free.filter((field) => field.label.toLowerCase().includes(text));
  return (
    <>
      {fields.length > MANY && <TextInput size="sm" value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('forms.find_field')} aria-label={t('forms.find_field')} leftSection={<IconSearch size={14} stroke={1.75} />} />}
      <div className="palette-head">{t('forms.not_on')}</div>
      <div className="column gap-4 form-free" role="group" aria-label={t('forms.not_on')}>
        {shown.map((field) => <FieldItem key={field.name} label={field.label} type={field.type} node={partOfPath(field.name, [field])!} />)}
        {shown.length === 0 && <p className="hint">{text && free.length ? t('part.nothing') : t('forms.all_on')}</p>}
      </div>
      <Link to={`/studio/model/${doc.entity}`} className="link-button row gap-4 form-create-field"><IconPlus size={13} stroke={1.75} />{t('forms.create_field')}</Link>
      <div className="palette-head">{t('forms.through')}</div>
      <RelationTree words={text} />
      <div className="palette-head">{t('forms.components')}</div>
      <Components />
    </>
  );
}

/** A field to be dragged to its place, or clicked for the next one. */
export function FieldItem({ label, type, node, said }: { label: string; type: FieldType; node: FormNode; said?: string }) {
  const { t } = useTranslation('studio');
  const { press, wasDragged } = useCarry();
  const add = useAddPart();
  return (
    <UnstyledButton className="palette-item" title={t('dashboards.add_text')} aria-label={said} onPointerDown={(event) => press(event, { node, label: said ?? label, icon: <FieldTypeIcon type={type} /> })} onClick={() => { if (!wasDragged()) add(node); }}>
      <FieldTypeIcon type={type} /><span className="ellipsis grow">{label}</span><IconGripVertical size={14} stroke={1.75} aria-hidden />
    </UnstyledButton>
  );
}

function Components() {
  const { t } = useTranslation('studio');
  const { press, wasDragged } = useCarry();
  const make = useMaking();
  const add = useAddPart();
  return (
    <div className="palette-grid">
      {COMPONENTS.map((kind) => {
        const node = make(kind);
        return (
          <UnstyledButton key={kind} className="palette-tile" disabled={!node} title={node ? t('dashboards.add_text') : t(`forms.no_${kind}`)} onPointerDown={(event) => node && press(event, { node, label: t(`forms.${kind}`), icon: PART_ICONS[kind] })} onClick={() => { if (!wasDragged()) add(node); }}>
            {PART_ICONS[kind]}<span>{t(`forms.${kind}`)}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
