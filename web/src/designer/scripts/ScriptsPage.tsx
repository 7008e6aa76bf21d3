import { ActionIcon, Button, Switch, TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCode, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { State } from '@/ui/State';
import { ofDocument } from '../model/problems';
import { SAMPLES } from '../model/samples';
import { callsOf, entitiesOf, hostOf, newScript } from '../model/script';
import { keyOf, labelOf, type Problem, type ScriptDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { ListPane } from '../parts/ListPane';
import { checkScript } from '../state/api';
import { useStudio } from '../state/StudioProvider';
import { Calls } from './Calls';
import { useHelp } from './help';
import { Runs } from './Runs';
import { Tests } from './Tests';
import { TryPanel } from './TryPanel';

const CodeEditor = lazy(() => import('./CodeEditor'));
const NONE: Problem[] = [];

/** Scripts: their code, what calls it, and trying it. */
export function ScriptsPage() {
  const { t } = useTranslation('studio');
  const { bench, scripts, language, changed } = useStudio();
  const { script: chosen } = useSearch({ strict: false }) as { script?: string };
  const { data: { rights } } = useCatalog();
  const navigate = useNavigate();
  const doc = scripts.find((one) => one.name === chosen) ?? scripts[0];
  const open = (name?: string) => void navigate({ to: '/studio/scripts', search: { script: name } as never });
  const add = () => {
    const made = newScript(SAMPLES.script, scripts.map((one) => one.name));
    bench.edit(made);
    open(made.name);
  };
  const button = <Button variant="default" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('scripts.add')}</Button>;
  if (!doc) return <State icon={<IconCode size={22} stroke={1.75} />} title={t('scripts.none')} text={t('scripts.none_text')}>{button}</State>;
  return (
    <ListPane wide title={t('crumb.scripts')} items={scripts.map((one) => ({ name: one.name, label: labelOf(one, language), count: callsOf(one) || undefined, changed: changed.has(keyOf(one)) }))} chosen={doc.name} onChoose={open} action={button}>
      {!rights.administer && <p className="hint">{t('scripts.administrators')}</p>}
      <Script key={doc.name} doc={doc} onRemove={() => { bench.removeDocument(keyOf(doc)); open(); }} />
    </ListPane>
  );
}

function Script({ doc, onRemove }: { doc: ScriptDoc; onRemove: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, state, language } = useStudio();
  const navigate = useNavigate();
  const { tab = 'code' } = useSearch({ strict: false }) as { tab?: string };
  const problems = ofDocument(state.problems, keyOf(doc));
  const pick = (next: string) => void navigate({ to: '.', search: (now: Record<string, unknown>) => ({ ...now, tab: next === 'code' ? undefined : next }), replace: true });
  const save = (next: ScriptDoc, mark?: string) => bench.edit(next, mark && `${doc.name}:${mark}`);
  const tabs: [string, string][] = [['code', t('scripts.code')], ['calls', t('scripts.calls', { number: callsOf(doc) })], ['tests', t('scripts.tests_tab', { number: doc.tests?.length ?? 0 })], ['runs', t('scripts.runs')]];
  return (
    <>
      <div className="row gap-8"><h2 className="page-title grow">{labelOf(doc, language)}</h2>
        <code className="size-12 dim">{doc.name}</code>
        <ActionIcon aria-label={t('scripts.remove')} title={t('scripts.remove')} onClick={onRemove}><IconTrash size={16} stroke={1.75} /></ActionIcon>
      </div>
      <div className="tabs"><div className="tab-list" role="tablist" aria-label={labelOf(doc, language)}>
        {tabs.map(([name, label]) => <button key={name} type="button" role="tab" className="tab" aria-selected={tab === name} onClick={() => pick(name)}>{label}</button>)}
      </div></div>
      {tab === 'code' && <Code doc={doc} save={save} />}
      {tab === 'calls' && (
        <div className="column gap-16 form-width">
          <LabelInputs label={t('scripts.label')} value={doc.label} required onChange={(label) => save({ ...doc, label }, 'label')} />
          <Switch label={t('scripts.system')} description={t('scripts.system_text')} checked={doc.run_as === 'system'} onChange={(event) => save({ ...doc, run_as: event.currentTarget.checked ? 'system' : undefined })} />
          <TagsInput label={t('scripts.hosts')} description={t('scripts.hosts_text')} value={doc.hosts ?? []} splitChars={[',', ';', ' ']} acceptValueOnBlur error={problems.find((problem) => problem.path.startsWith('/hosts'))?.message} onChange={(hosts) => save({ ...doc, hosts: hosts.length ? hosts.map(hostOf) : undefined })} />
          <Calls doc={doc} problems={problems} save={save} />
        </div>
      )}
      {tab === 'tests' && <Tests doc={doc} problems={problems} save={save} />}
      {tab === 'runs' && <Runs />}
    </>
  );
}

function Code({ doc, save }: { doc: ScriptDoc; save: (doc: ScriptDoc, mark?: string) => void }) {
  const { t } = useTranslation('studio');
  const { draftCatalog, language, measures, scripts } = useStudio();
  const help = useHelp();
  const source = doc.source ?? '';
  const [settled] = useDebouncedValue(source, 400);
  const checked = useQuery({ queryKey: ['script', doc.name, settled], queryFn: ({ signal }) => checkScript(doc.name, settled, signal), placeholderData: (before) => before, retry: false });
  const problems = settled === source ? (checked.data?.problems ?? NONE) : NONE;
  const known = useMemo(() => {
    const { entities } = draftCatalog().data;
    const own = entitiesOf(doc);
    return { entities, records: entities.filter((one) => own.includes(one.name)), scripts: scripts.flatMap((one) => (one.name === doc.name ? [] : [one.name])), measures: measures.map((one) => ({ name: one.name, label: labelOf(one, language) })), help };
  }, [draftCatalog, doc, scripts, measures, language, help]);
  return (
    <>
      <Suspense fallback={<div className="skeleton" style={{ height: 320 }} />}>
        <CodeEditor label={t('scripts.code')} value={source} problems={problems} known={known} onChange={(text) => save({ ...doc, source: text }, 'source')} />
      </Suspense>
      <div role="status" className="script-status size-12">
        {problems.length > 0 && problems.map((problem, index) => <div key={index} className="bad">{problem.line ? t('expression.at', { line: problem.line, column: problem.column ?? 1 }) : ''} {problem.message}</div>)}
        {checked.data && problems.length === 0 && <span className="dim">{checked.data.functions.length ? t('scripts.functions', { names: checked.data.functions.map((one) => `${one.name}(${one.parameters.join(', ')})`).join(', ') }) : t('scripts.no_functions')}</span>}
        <span className="dim"> {t('scripts.keys')}</span>
      </div>
      <TryPanel doc={doc} functions={checked.data?.functions ?? []} />
    </>
  );
}
