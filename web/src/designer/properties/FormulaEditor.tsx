import { SegmentedControl, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { ExpressionInput } from '../parts/ExpressionInput';
import type { SettingsProps } from './settings';

/** Whether people write the value or a formula calculates it, and that formula. */
export function FormulaEditor({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const choose = (how: string) => patch({ formula: how === 'formula' ? { mode: 'dynamic', expression: '' } : undefined });
  const formula = field.formula;
  const keep = (mode: string) => formula && patch({ formula: mode === 'stored' ? { ...formula, mode } : { mode: 'dynamic', expression: formula.expression } });
  return (
    <div>
      <SegmentedControl fullWidth aria-label={t('properties.filled_how')} value={formula ? 'formula' : 'written'} onChange={choose} data={[{ value: 'written', label: t('properties.filled_written') }, { value: 'formula', label: t('properties.filled_formula') }]} />
      {formula && (
        <div style={{ marginTop: 10 }}>
          <ExpressionInput label={t('properties.formula')} value={formula.expression} mode="value" entity={view} error={formula.expression.trim() ? (messageAt(problems, 'formula/expression') ?? messageAt(problems, 'formula')) : t('properties.formula_empty')} rows={3} onChange={(expression) => patch({ formula: { ...formula, expression } }, 'formula')} />
          <SegmentedControl fullWidth mt={10} aria-label={t('properties.formula_when')} value={formula.mode} onChange={keep} data={[{ value: 'dynamic', label: t('properties.formula_dynamic') }, { value: 'stored', label: t('properties.formula_stored') }]} />
          <p className="hint">{t(formula.mode === 'stored' ? 'properties.formula_stored_text' : 'properties.formula_text')}</p>
          {formula.mode === 'stored' && (
            <Switch mt={10} label={t('properties.formula_open')} description={t('properties.formula_open_text')} checked={formula.open ?? false} onChange={(event) => patch({ formula: { ...formula, open: event.currentTarget.checked || undefined } })} />
          )}
        </div>
      )}
    </div>
  );
}
