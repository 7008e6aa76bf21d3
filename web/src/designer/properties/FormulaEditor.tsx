import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { ExpressionInput } from '../parts/ExpressionInput';
import type { SettingsProps } from './settings';

/** Whether people write the value or a formula calculates it, and that formula. */
export function FormulaEditor({ view, field, problems, patch }: SettingsProps) {
  const { t } = useTranslation('studio');
  const choose = (how: string) => patch({ formula: how === 'formula' ? { mode: 'dynamic', expression: '' } : undefined });
  const formula = field.formula;
  return (
    <div>
      <SegmentedControl fullWidth aria-label={t('properties.filled_how')} value={formula ? 'formula' : 'written'} onChange={choose} data={[{ value: 'written', label: t('properties.filled_written') }, { value: 'formula', label: t('properties.filled_formula') }]} />
      {formula && (
        <div style={{ marginTop: 10 }}>
          <ExpressionInput label={t('properties.formula')} value={formula.expression} mode="value" entity={view} error={formula.expression.trim() ? (messageAt(problems, 'formula/expression') ?? messageAt(problems, 'formula')) : t('properties.formula_empty')} rows={3} onChange={(expression) => patch({ formula: { ...formula, expression } }, 'formula')} />
          <p className="hint">{t('properties.formula_text')}</p>
        </div>
      )}
    </div>
  );
}
