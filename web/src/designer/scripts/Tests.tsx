import { Button, Textarea } from '@mantine/core';
import { IconCheck, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem, ScriptDoc } from '../model/types';
import { mistakesOf, testScript } from '../state/api';
import { useStudio } from '../state/StudioProvider';

interface Props {
  doc: ScriptDoc;
  problems: Problem[];
  save: (doc: ScriptDoc, mark?: string) => void;
}

const EXAMPLE = [{ name: 'It is refused', given: [], when: { do: 'create', entity: 'deal', values: {} }, then: { refused: '' } }];

/** The tests of a script, as they stand in its document, and how they went. */
export function Tests({ doc, problems, save }: Props) {
  const { t } = useTranslation('studio');
  const { bench } = useStudio();
  const [text, setText] = useState(() => JSON.stringify(doc.tests ?? [], null, 2));
  const [unread, setUnread] = useState(false);
  const run = useMutation({ mutationFn: async () => { await bench.flush(); return testScript(doc.name); } });
  const write = (next: string) => {
    setText(next);
    try {
      const tests: unknown = next.trim() ? JSON.parse(next) : [];
      setUnread(!Array.isArray(tests));
      if (Array.isArray(tests)) save({ ...doc, tests: tests.length ? tests : undefined }, 'tests');
    } catch {
      setUnread(true);
    }
  };
  const wrong = problems.filter((one) => one.path.startsWith('/tests')).map((one) => `${one.path.slice('/tests/'.length)}: ${one.message}`);
  const passed = run.data?.filter((one) => one.passed).length ?? 0;
  return (
    <div className="column gap-12">
      <div className="row gap-8"><p className="hint grow">{t('scripts.tests_text')}</p>
        {!doc.tests?.length && <Button size="compact-sm" variant="subtle" onClick={() => write(JSON.stringify(EXAMPLE, null, 2))}>{t('scripts.tests_example')}</Button>}
        <Button size="compact-sm" leftSection={<IconPlayerPlay size={14} stroke={1.75} />} loading={run.isPending} disabled={unread || !doc.tests?.length} onClick={() => run.mutate()}>{t('scripts.tests_run')}</Button>
      </div>
      <Textarea aria-label={t('scripts.tests')} value={text} autosize minRows={8} maxRows={28} spellCheck={false} classNames={{ input: 'control-input expression', error: 'control-error pre-line' }} error={unread ? t('scripts.not_json') : wrong.join('\n') || undefined} onChange={(event) => write(event.currentTarget.value)} />
      {run.isError && <div className="bad" role="alert">{(mistakesOf(run.error).length ? mistakesOf(run.error).map((one) => one.message) : [run.error.message]).map((line, index) => <div key={index}>{line}</div>)}</div>}
      {run.data && (
        <section aria-label={t('scripts.tests')} role="status">
          <div className="medium">{t('scripts.tests_passed', { passed, all: run.data.length })}</div>
          <ul className="plain-list runs">
            {run.data.map((one) => (
              <li key={one.test} className="row gap-8">
                {one.passed ? <IconCheck size={15} stroke={2} color="var(--ok)" aria-label={t('scripts.run_done')} /> : <IconX size={15} stroke={2} color="var(--bad)" aria-label={t('scripts.run_failed')} />}
                <span className="grow">{one.test}{one.failures.map((failure, index) => <div key={index} className="bad size-12">{failure.path}: {failure.message}</div>)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
