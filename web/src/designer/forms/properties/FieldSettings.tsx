import { ActionIcon, Button, SegmentedControl, Switch } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isWide } from '@/card/sections';
import { choiceHue } from '@/ui/hue';
import { Path } from '@/ui/marks';
import { ancestors, type FieldPart, nodeAt, type StyleDoc } from '../../model/form';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { HuePicker } from '../../parts/ChoiceRow';
import { ConditionInput } from '../../parts/ConditionInput';
import { LabelInputs } from '../../parts/LabelInputs';
import { useStudio } from '../../state/StudioProvider';
import { useOwnPartLabel } from '../labels';
import { useDesign } from '../useDesign';
import type { SettingsOf } from './Properties';

/** What a field is called here, how wide it is, what is said under it, and its colours. */
export function FieldSettings({ node, at, problems, set }: SettingsOf<FieldPart>) {
  const { t } = useTranslation('studio');
  const { draftCatalog, entity } = useStudio();
  const { doc } = useDesign();
  const own = useOwnPartLabel()(node, doc.entity);
  const fields = draftCatalog().path(doc.entity, node.path) ?? [];
  const field = fields.at(-1);
  const isOwn = fields.length === 1;
  const around = ancestors(at).map((one) => nodeAt(doc, one)).find((one) => one && 'type' in one && one.type === 'section');
  const columns = around && 'type' in around && around.type === 'section' ? (around.columns ?? 2) : 2;
  const isFixed = !isOwn || Boolean(field?.calculated || field?.formula || field?.read_only || field?.type === 'auto_number');
  const id = isOwn ? entity(doc.entity)?.doc.fields?.find((one) => one.name === node.path)?.id : undefined;
  return (
    <>
      {fields.length > 1 && <div><div className="form-label">{t('forms.path')}</div><span className="row gap-4"><Path labels={fields.map((one) => one.label)} /></span><p className="hint board-under">{t('forms.path_text')}</p></div>}
      <LabelInputs label={t('forms.own_label')} value={node.label} placeholder={own} error={messageAt(problems, 'label')} onChange={(label) => set({ label }, 'label')} />
      <LabelInputs label={t('forms.hint')} value={node.hint} error={messageAt(problems, 'hint')} onChange={(hint) => set({ hint }, 'hint')} />
      {columns > 1 && (
        <div className="row between gap-12">
          <span className="muted">{t('forms.span')}</span>
          <SegmentedControl size="xs" aria-label={t('forms.span')} value={String(Math.min(columns, node.span ?? (field && isOwn && isWide(field) ? columns : 1)))} data={Array.from({ length: columns }, (_, one) => String(one + 1))} onChange={(span) => set({ span: Number(span) })} />
        </div>
      )}
      {isFixed ? <p className="hint">{t(isOwn ? 'forms.is_fixed' : 'forms.is_behind')}</p> : <Switch className="form-setting" labelPosition="left" label={t('forms.read_only')} checked={node.read_only ?? false} onChange={(event) => set({ read_only: event.currentTarget.checked || undefined })} />}
      <Styles value={node.style ?? []} problems={problems} onChange={(style, mark) => set({ style: style.length ? style : undefined }, mark)} />
      {id && <Link to={`/studio/model/${doc.entity}`} search={{ field: id } as never} className="link-button">{t('forms.to_field')}</Link>}
    </>
  );
}

const FIRST = 'green';

/** Colours of the value by conditions; the first that holds is taken. */
function Styles({ value, problems, onChange }: { value: StyleDoc[]; problems: Problem[]; onChange: (styles: StyleDoc[], mark?: string) => void }) {
  const { t } = useTranslation('studio');
  const { entity } = useStudio();
  const { doc } = useDesign();
  const put = (at: number, style: StyleDoc | undefined, mark?: string) => onChange(value.flatMap((one, index) => (index === at ? (style ?? []) : one)), mark && `style.${at}.${mark}`);
  return (
    <div role="group" aria-label={t('forms.style')} className="column gap-8">
      <div className="form-label no-margin" aria-hidden>{t('forms.style')}</div>
      {value.map((one, at) => (
        <div key={at} className="board-amount form-style">
          <div className="row gap-8"><HuePicker value={choiceHue(one.color, 0)} name={t('forms.style')} onChange={(color) => put(at, { ...one, color })} /><span className="grow muted">{t('forms.style_when')}</span><ActionIcon size={24} aria-label={t('forms.remove_style')} onClick={() => put(at, undefined)}><IconTrash size={14} stroke={1.75} /></ActionIcon></div>
          <ConditionInput label={t('forms.condition')} value={one.when} entity={entity(doc.entity)} hint={t('forms.style_none')} error={messageAt(problems, `style/${at}/when`)} onChange={(when) => put(at, { ...one, when }, 'when')} />
        </div>
      ))}
      <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => onChange([...value, { when: 'false', color: FIRST }])}>{t('forms.add_style')}</Button></div>
    </div>
  );
}
