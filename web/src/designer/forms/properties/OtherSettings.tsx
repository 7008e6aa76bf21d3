import { SegmentedControl, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoredFile } from '@/api/files';
import type { Field } from '@/catalog/types';
import { FieldInput } from '@/fields/FieldInput';
import { type ButtonPart, type HistoryPart, type ImagePart, type TextPart, TONES } from '../../model/form';
import { buttonsOf } from '../../model/formNew';
import { messageAt } from '../../model/problems';
import { labelOf } from '../../model/types';
import { LabelInputs } from '../../parts/LabelInputs';
import { useStudio } from '../../state/StudioProvider';
import { useOwnPartLabel } from '../labels';
import { useDesign } from '../useDesign';
import type { SettingsOf } from './Properties';

export function TextSettings({ node, problems, set }: SettingsOf<TextPart>) {
  const { t } = useTranslation('studio');
  return (
    <>
      <LabelInputs label={t('dashboards.words')} lines={5} value={node.text} error={messageAt(problems, 'text')} onChange={(text) => set({ text }, 'text')} />
      <SegmentedControl fullWidth aria-label={t('forms.tone')} value={node.tone ?? 'note'} data={TONES.map((value) => ({ value, label: t(`forms.tone_${value}`) }))} onChange={(tone) => set({ tone: tone as TextPart['tone'] })} />
    </>
  );
}

export function HistorySettings({ node, problems, set }: SettingsOf<HistoryPart>) {
  const { t } = useTranslation('studio');
  const { doc } = useDesign();
  const own = useOwnPartLabel()(node, doc.entity);
  return (
    <>
      <p className="hint">{t('forms.history_text')}</p>
      <LabelInputs label={t('forms.own_label')} value={node.label} placeholder={own} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
    </>
  );
}

/** A picture that belongs to the form, put there as a file. */
export function ImageSettings({ node, problems, set }: SettingsOf<ImagePart>) {
  const { t } = useTranslation('studio');
  const field: Field = { id: 'file', name: 'file', label: t('forms.picture'), type: 'image' };
  // The form keeps no more of a file than its identity; one that was just put here is known.
  const [known, setKnown] = useState<StoredFile | null>(null);
  const value: StoredFile | null = node.file ? (known?.id === node.file ? known : { id: node.file, name: t('forms.picture'), size: undefined as never, type: 'image' }) : null;
  return (
    <>
      <div><label className="form-label" htmlFor="form-file">{t('forms.picture')}</label><FieldInput id="form-file" field={field} value={value} error={messageAt(problems, 'file')} onChange={(next) => { setKnown(next as StoredFile | null); set({ file: (next as StoredFile | null)?.id ?? '' }); }} /></div>
      <LabelInputs label={t('forms.caption')} value={node.label} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
    </>
  );
}

export function ButtonSettings({ node, problems, set }: SettingsOf<ButtonPart>) {
  const { t } = useTranslation('studio');
  const { scripts, language } = useStudio();
  const { doc } = useDesign();
  const all = buttonsOf(scripts, doc.entity);
  return (
    <div>
      <Select allowDeselect={false} label={t('forms.button')} data={all.map(({ script, button }) => ({ value: `${script.name}/${button.name}`, label: labelOf(button, language) }))} value={`${node.script}/${node.button}`} error={messageAt(problems, 'button') ?? messageAt(problems, 'script')} nothingFoundMessage={t('part.nothing')}
        onChange={(value) => { const [script, button] = (value ?? '').split('/'); if (script && button) set({ script, button }); }} />
      <p className="hint board-under">{t('forms.button_text')} <Link to="/studio/scripts" search={{ script: node.script, tab: 'calls' } as never} className="primary medium">{t('dashboards.change_measure')}</Link></p>
    </div>
  );
}
