import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isName } from '../model/naming';
import { Refused } from '../state/workbench';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';

/** The name that expressions, addresses and programs use for the entity; seldom looked at, and rarely changed. */
export function EntityName({ view }: { view: EntityView }) {
  const { t } = useTranslation('studio');
  const { bench, entities, datasetViews } = useStudio();
  const [text, setText] = useState(view.name);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  const isOther = text !== view.name;
  const isTaken = isOther && [...entities, ...datasetViews].some((other) => other.name === text);
  const wrong = isOther && !isName(text) ? t('properties.name_wrong') : isTaken ? t('properties.name_taken') : refusal;

  async function keep() {
    if (!isOther || !isName(text) || isTaken || busy) return;
    setBusy(true);
    try {
      await bench.rename(view.key, text);
    } catch (failure) {
      setRefusal(failure instanceof Refused ? failure.problems.map((problem) => problem.message).join(' ') : t('properties.name_failed'));
    } finally {
      setBusy(false);
    }
  }

  if (view.system) return <details className="details"><summary>{t('properties.details')}</summary><p className="hint">{t('properties.technical_name')}: <span className="mono">{view.name}</span></p></details>;
  return (
    <details className="details">
      <summary>{t('properties.details')}</summary>
      <TextInput label={t('properties.technical_name')} description={t('properties.technical_name_text')} value={text} error={wrong} disabled={busy} classNames={{ input: 'control-input mono' }} spellCheck={false} onChange={(event) => { setRefusal(''); setText(event.currentTarget.value); }}
        onKeyDown={(event) => { if (event.key === 'Enter') void keep(); if (event.key === 'Escape') setText(view.name); }} />
      {isOther && (
        <>
          <p className="hint" style={{ marginTop: 8 }}>{t('properties.rename_text')}</p>
          <div className="row gap-8" style={{ marginTop: 8 }}>
            <Button size="xs" loading={busy} disabled={Boolean(wrong)} onClick={() => void keep()}>{t('properties.rename')}</Button>
            <Button size="xs" variant="subtle" disabled={busy} onClick={() => setText(view.name)}>{t('common:action.cancel')}</Button>
          </div>
        </>
      )}
    </details>
  );
}
