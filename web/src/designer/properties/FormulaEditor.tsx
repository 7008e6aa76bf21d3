import { SegmentedControl, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { ExpressionInput } from '../parts/ExpressionInput';
import { cronOf, USUAL } from '../model/cron';
import type { FormulaDoc } from '../model/types';
import { ScheduleEditor } from './ScheduleEditor';
import type { SettingsProps } from './settings';

/** Whether people write the value or a formula calculates it, and that formula. */
export function FormulaEditor({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const choose = (how: string) => patch({ formula: how === 'formula' ? { mode: 'dynamic', expression: '' } : undefined });
  const formula = field.formula;
  const keep = (mode: string) => {
    if (!formula) return;
    const { expression, open, cron } = formula;
    const kept = { ...(open && { open }), ...(mode === 'scheduled' && { cron: cron ?? cronOf(USUAL) }) };
    patch({ formula: { mode: mode as FormulaDoc['mode'], expression, ...(mode !== 'dynamic' && kept) } });
  };
  return (
    <div>
      <SegmentedControl fullWidth aria-label={t('properties.filled_how')} value={formula ? 'formula' : 'written'} onChange={choose} data={[{ value: 'written', label: t('properties.filled_written') }, { value: 'formula', label: t('properties.filled_formula') }]} />
      {formula && (
        <div style={{ marginTop: 10 }}>
          <ExpressionInput label={t('properties.formula')} value={formula.expression} mode="value" entity={view} error={formula.expression.trim() ? (messageAt(problems, 'formula/expression') ?? messageAt(problems, 'formula')) : t('properties.formula_empty')} rows={3} onChange={(expression) => patch({ formula: { ...formula, expression } }, 'formula')} />
          <SegmentedControl fullWidth mt={10} aria-label={t('properties.formula_when')} value={formula.mode} onChange={keep} data={[{ value: 'dynamic', label: t('properties.formula_dynamic') }, { value: 'stored', label: t('properties.formula_stored') }, { value: 'scheduled', label: t('properties.formula_scheduled') }]} />
          <p className="hint">{t(`properties.formula_${formula.mode}_text`)}</p>
          {formula.mode === 'scheduled' && <ScheduleEditor cron={formula.cron ?? ''} error={messageAt(problems, 'formula/cron')} onChange={(cron) => patch({ formula: { ...formula, cron } }, 'cron')} />}
          {formula.mode !== 'dynamic' && (
            <Switch mt={10} label={t('properties.formula_open')} description={t('properties.formula_open_text')} checked={formula.open ?? false} onChange={(event) => patch({ formula: { ...formula, open: event.currentTarget.checked || undefined } })} />
          )}
        </div>
      )}
    </div>
  );
}
