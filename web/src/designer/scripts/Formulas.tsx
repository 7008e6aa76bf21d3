import { Select } from '@mantine/core';
import { IconMathFunction } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { asFormula, callOf } from '../model/script';
import { FORMULA_TYPES, type FormulaFunctionDoc, type FormulaType, type Problem, type ScriptDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { Card, FunctionSelect, Group } from './Calls';

interface Props {
  doc: ScriptDoc;
  functions: { name: string; parameters: string[] }[];
  problems: Problem[];
  save: (doc: ScriptDoc, mark?: string) => void;
}

/** Functions that formulas may call: they are put in the place of the call, so that the database computes them too. */
export function Formulas({ doc, functions, problems, save }: Props) {
  const { t } = useTranslation('studio');
  const formulas = doc.formulas ?? [];
  const list = (next: FormulaFunctionDoc[], mark?: string) => save({ ...doc, formulas: next.length ? next : undefined }, mark && `formula.${mark}`);
  const named = (name: string) => functions.find((one) => one.name === name);
  const free = functions.find((one) => formulas.every((other) => other.function !== one.name));
  // What has no expression is refused where it stands in the code.
  const refused = problems.filter((problem) => problem.path === '/source');
  const types = FORMULA_TYPES.map((value) => ({ value, label: t(`type.${value}`) }));
  return (
    <Group icon={<IconMathFunction size={16} stroke={1.75} />} title={t('scripts.formulas')} text={t('scripts.formulas_text')} add={t('scripts.add_formula')} onAdd={() => list([...formulas, asFormula(undefined, free, free?.name ?? '')])}>
      {formulas.map((one, at) => {
        const set = (next: FormulaFunctionDoc, mark?: string) => list(formulas.map((other, index) => (index === at ? next : other)), mark && `${at}.${mark}`);
        const place = `/formulas/${at}`;
        const wrong = problems.filter((problem) => problem.path.startsWith(`${place}/`)).map((problem) => ({ ...problem, path: problem.path.slice(place.length) }));
        return (
          <Card key={at} label={`${t('scripts.formula')} ${one.function}`} onRemove={() => list(formulas.filter((_, index) => index !== at))}>
            <FunctionSelect value={one.function} functions={functions.map((known) => known.name)} error={messageAt(wrong, 'function') ?? messageAt(wrong, 'parameters')} onChange={(name) => set(asFormula(one, named(name), name), 'function')} />
            <div className="pair function-types">
              {(one.parameters ?? []).map((parameter, index) => (
                <Select key={parameter.name} label={parameter.name} allowDeselect={false} data={types} value={parameter.type} onChange={(type) => type && set({ ...one, parameters: one.parameters?.map((other, place) => (place === index ? { ...other, type: type as FormulaType } : other)) })} />
              ))}
              <Select label={t('scripts.returns')} allowDeselect={false} data={types} value={one.returns} onChange={(type) => type && set({ ...one, returns: type as FormulaType })} />
            </div>
            <LabelInputs label={t('scripts.help')} value={one.help} onChange={(help) => set({ ...one, help: Object.values(help).some(Boolean) ? help : undefined }, 'help')} />
            <span className="size-12 dim">{t('scripts.called_as')} <code>{callOf(doc.name, one)}</code>. {refused.length === 0 && t('scripts.lowered')}</span>
          </Card>
        );
      })}
      {formulas.length > 0 && refused.map((problem) => <p key={`${problem.line}:${problem.column}:${problem.message}`} className="hint bad" role="alert">{problem.line ? t('expression.at', { line: problem.line, column: problem.column ?? 1 }) : ''} {problem.message}</p>)}
    </Group>
  );
}
