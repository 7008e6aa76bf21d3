import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { nameFromLabel, uniqueName } from '../model/naming';
import { messageAt } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { textOf, type Problem, type RuleDoc } from '../model/types';
import { ConditionInput, NOTHING } from '../parts/ConditionInput';
import { LabelInputs } from '../parts/LabelInputs';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';
import { AccessConditions } from './AccessConditions';
import { useEntityEdit } from './useEntityEdit';

/** Rules that refuse a record: when, and what the person reads then. */
export function RulesTab({ view, problems }: { view: EntityView; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const edit = useEntityEdit(view);
  const { language } = useStudio();
  const rules = view.doc.rules ?? [];
  const set = (next: RuleDoc[], mark?: string) => edit.save({ ...view.doc, rules: next.length ? next : undefined }, mark);
  const change = (at: number, patch: Partial<RuleDoc>, mark: string) => set(rules.map((rule, index) => (index === at ? { ...rule, ...patch } : rule)), `rule.${at}.${mark}`);
  const isLive = (name: string) => view.published?.rules?.some((rule) => rule.name === name);
  const rename = (at: number) => {
    const rule = rules[at];
    if (!rule || isLive(rule.name)) return;
    const name = uniqueName(nameFromLabel(textOf(rule.message, 'en') || t('rules.new_name'), 'rule'), rules.filter((_, index) => index !== at).map((one) => one.name));
    if (name !== rule.name) change(at, { name }, 'message');
  };
  const add = () => set([...rules, { name: uniqueName('rule', rules.map((rule) => rule.name)), when: NOTHING, message: SAMPLES.rule }]);
  const button = <Button variant="default" w="fit-content" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('rules.add')}</Button>;
  return (
    <div className="tab-body">
      {!rules.length && <State icon={<IconShieldCheck size={22} stroke={1.75} />} title={t('rules.none')} text={t('rules.none_text')}>{button}</State>}
      {rules.map((rule, index) => {
        const own = problems.filter((problem) => problem.path.startsWith(`/rules/${index}`)).map((problem) => ({ ...problem, path: problem.path.slice(`/rules/${index}`.length) }));
        return (
          <section key={index} className="card rule" aria-label={textOf(rule.message, language)}>
            <div className="grow column gap-12">
              <ConditionInput label={t('rules.when')} value={rule.when} entity={view} error={messageAt(own, 'when')} onChange={(when) => change(index, { when }, 'when')} />
              <div onBlur={() => rename(index)}><LabelInputs label={t('rules.message')} value={rule.message} required error={messageAt(own, 'message')} onChange={(message) => change(index, { message }, 'message')} /></div>
            </div>
            <ActionIcon aria-label={t('rules.remove')} title={t('rules.remove')} onClick={() => set(rules.filter((_, at) => at !== index))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
          </section>
        );
      })}
      {rules.length > 0 && button}
      <AccessConditions view={view} problems={problems} />
    </div>
  );
}
