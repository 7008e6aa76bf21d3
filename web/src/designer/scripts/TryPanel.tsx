import { Button, Select, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { writeJson } from '@/api/json';
import type { Reference } from '@/catalog/types';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { currentLocale } from '@/i18n';
import { entitiesOf } from '../model/script';
import type { ScriptDoc } from '../model/types';
import { EntitySelect } from '../parts/selects';
import { mistakesOf, type ScriptChecked, tryScript } from '../state/api';
import { useStudio } from '../state/StudioProvider';

/** Runs a function as it is written now, on a record; what it would write is shown and undone. */
export function TryPanel({ doc, functions }: { doc: ScriptDoc; functions: ScriptChecked['functions'] }) {
  const { t } = useTranslation('studio');
  const { entity: view, entityLabel } = useStudio();
  const [chosen, setChosen] = useState<string | null>(null);
  const [other, setOther] = useState<string>();
  const [record, setRecord] = useState<Reference | null>(null);
  const [more, setMore] = useState('');
  const fn = functions.find((one) => one.name === chosen) ?? functions[0];
  const called = [...(doc.hooks ?? []), ...(doc.buttons ?? [])].find((one) => one.function === fn?.name)?.entity;
  const entity = other ?? called ?? entitiesOf(doc)[0];
  const isOfRecord = (fn?.parameters.length ?? 0) > 0 && !doc.endpoints?.some((one) => one.function === fn?.name);
  const rest = fn?.parameters.slice(isOfRecord ? 1 : 0) ?? [];
  const [unread, setUnread] = useState(false);
  const run = useMutation({ mutationFn: tryScript });
  const start = () => {
    let values: unknown[] = [];
    try {
      values = more.trim() && rest.length ? [JSON.parse(more)] : [];
    } catch {
      return setUnread(true);
    }
    setUnread(false);
    run.mutate({ name: doc.name, source: doc.source ?? '', function: fn!.name, record: isOfRecord && record && entity ? { entity, id: record.id } : undefined, arguments: values });
  };
  if (!fn) return null;
  const published = Boolean(view(entity)?.published);

  return (
    <section className="card try" aria-label={t('scripts.try')}>
      <div className="row gap-8"><h3 className="section-title grow">{t('scripts.try')}</h3>
        <Button size="compact-sm" leftSection={<IconPlayerPlay size={14} stroke={1.75} />} loading={run.isPending} disabled={isOfRecord && !record} onClick={start}>{t('scripts.run')}</Button>
      </div>
      <div className="try-form">
        <Select label={t('scripts.function')} allowDeselect={false} data={functions.map((one) => one.name)} value={fn.name} onChange={setChosen} />
        {isOfRecord && <EntitySelect label={t('scripts.entity')} value={entity} onChange={(name) => { setOther(name); setRecord(null); }} />}
        {isOfRecord && entity && (published
          ? <div><label className="form-label" htmlFor="try-record">{fn.parameters[0]}</label><RecordSelect id="try-record" label={entityLabel(entity)} target={entity} value={record} onChange={(next) => setRecord(next)} clearable={false} /></div>
          : <p className="hint">{t('scripts.not_published')}</p>)}
        {rest.length > 0 && <TextInput label={t('scripts.value_of', { name: rest[0] })} placeholder={'{"day": "2026-01-31"}'} value={more} spellCheck={false} error={unread ? t('scripts.not_json') : undefined} onChange={(event) => setMore(event.currentTarget.value)} />}
      </div>
      <p className="hint">{t('scripts.try_text')}</p>
      {run.isError && <div className="try-result bad" role="alert">{(mistakesOf(run.error).length ? mistakesOf(run.error).map((one) => one.message) : [run.error.message]).map((text, index) => <div key={index}>{text}</div>)}</div>}
      {run.data && (
        <div className="try-result" role="status">
          <div><span className="dim">{t('scripts.returned')}</span> <code>{writeJson(run.data.value)}</code></div>
          {run.data.log.map((line, index) => <div key={index}><span className="dim">log</span> {line}</div>)}
          {run.data.writes.map((write, index) => <div key={index}><span className="dim">{t(`scripts.would_${write.act}`, { entity: entityLabel(write.entity) })}</span> <code>{writeJson(write.values)}</code></div>)}
          {run.data.writes.length === 0 && <div className="dim">{t('scripts.writes_nothing')}</div>}
          <div className="dim numbers">{t('scripts.took', { steps: run.data.steps.toLocaleString(currentLocale()), ms: run.data.took_ms.toLocaleString(currentLocale()) })}</div>
        </div>
      )}
    </section>
  );
}
