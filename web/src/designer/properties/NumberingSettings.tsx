import { Select, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { ExpressionInput } from '../parts/ExpressionInput';
import type { SettingsProps } from './settings';

/** What numbers are usually apart by. */
const USUAL: Record<string, string> = { year: 'today().year()', month: 'today().format("yyyy-MM")' };

/** By what automatic numbers are counted apart, and whether none may be missing. */
export function NumberingSettings({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const usual = Object.keys(USUAL).find((name) => USUAL[name] === field.sequence);
  const [written, setWritten] = useState(Boolean(field.sequence) && !usual);
  const choose = (how: string | null) => {
    setWritten(how === 'expression');
    if (how !== 'expression') patch({ sequence: USUAL[how ?? ''] });
  };
  return (
    <>
      <Select label={t('numbering.apart')} allowDeselect={false} value={written ? 'expression' : (usual ?? 'all')} onChange={choose} data={['all', ...Object.keys(USUAL), 'expression'].map((value) => ({ value, label: t(`numbering.${value}`) }))} />
      {written && <ExpressionInput label={t('numbering.sequence')} value={field.sequence ?? ''} mode="value" entity={view} rows={2} error={messageAt(problems, 'sequence')} onChange={(sequence) => patch({ sequence: sequence || undefined }, 'sequence')} />}
      {field.sequence && !/\{(year|month|day|sequence)\}/.test(field.pattern ?? '') && <p className="hint">{t('numbering.pattern_hint')}</p>}
      <Switch label={t('numbering.gapless')} description={t('numbering.gapless_text')} checked={field.gapless ?? false} onChange={(event) => patch({ gapless: event.currentTarget.checked || undefined })} />
    </>
  );
}
