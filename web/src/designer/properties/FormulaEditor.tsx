import { SegmentedControl, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { cronOf, USUAL } from '../model/cron';
import type { FormulaDoc } from '../model/types';
import { CostText } from './formula/CostText';
import { FormulaInput } from './formula/FormulaInput';
import { useFormula } from './formula/useFormula';
import { useSamples } from './formula/useSamples';
import { ScheduleEditor } from './ScheduleEditor';
import type { SettingsProps } from './settings';

/** Whether people write the value or a formula calculates it, and that formula. */
export function FormulaEditor(props: SettingsProps) {
  const { t } = useTranslation('studio');
  const { field, patch } = props;
  const choose = (how: string) => patch({ formula: how === 'formula' ? { mode: 'dynamic', expression: '' } : undefined });
  return (
    <div>
      <SegmentedControl fullWidth aria-label={t('properties.filled_how')} value={field.formula ? 'formula' : 'written'} onChange={choose} data={[{ value: 'written', label: t('properties.filled_written') }, { value: 'formula', label: t('properties.filled_formula') }]} />
      {field.formula && <Calculated {...props} formula={field.formula} />}
    </div>
  );
}

function Calculated({ view, field, problems, patch, formula }: SettingsProps & { formula: FormulaDoc }) {
  const { t } = useTranslation('studio');
  const samples = useSamples(view);
  const known = useFormula(view.name, field, samples.samples.map((one) => one.id));
  const keep = (mode: string) => {
    const { expression, open, cron } = formula;
    const kept = { ...(open && { open }), ...(mode === 'scheduled' && { cron: cron ?? cronOf(USUAL) }) };
    patch({ formula: { mode: mode as FormulaDoc['mode'], expression, ...(mode !== 'dynamic' && kept) } });
  };
  const cost = known.checked?.cost;
  const fits = cost && (formula.mode === 'dynamic' ? ['record', 'linked', 'related'].includes(cost.class) : cost.class === formula.mode);
  const error = formula.expression.trim() ? (messageAt(problems, 'formula/expression') ?? messageAt(problems, 'formula')) : t('properties.formula_empty');
  return (
    <div className="column gap-12" style={{ marginTop: 10 }}>
      <div>
        <SegmentedControl fullWidth size="xs" styles={{ label: { paddingInline: 4 } }} aria-label={t('properties.formula_when')} value={formula.mode} onChange={keep} data={[{ value: 'dynamic', label: t('properties.formula_dynamic') }, { value: 'stored', label: t('properties.formula_stored') }, { value: 'scheduled', label: t('properties.formula_scheduled') }]} />
        {fits ? <CostText entity={view.name} cost={cost} /> : <p className="hint" style={{ marginTop: 6 }}>{t(`properties.formula_${formula.mode}_text`)}</p>}
        {formula.mode === 'scheduled' && <ScheduleEditor cron={formula.cron ?? ''} error={messageAt(problems, 'formula/cron')} onChange={(cron) => patch({ formula: { ...formula, cron } }, 'cron')} />}
      </div>
      <FormulaInput view={view} field={field} formula={known} samples={samples} error={error} onChange={(expression) => patch({ formula: { ...formula, expression } }, 'formula')} />
      {formula.mode !== 'dynamic' && (
        <Switch label={t('properties.formula_open')} description={t('properties.formula_open_text')} checked={formula.open ?? false} onChange={(event) => patch({ formula: { ...formula, open: event.currentTarget.checked || undefined } })} />
      )}
      {known.checked?.sql && (
        <details className="details sql-details">
          <summary>{t('formula.sql')}</summary>
          <pre className="sql-text" tabIndex={0} aria-label={t('formula.sql')}>{known.checked.sql}</pre>
        </details>
      )}
    </div>
  );
}
