import { Button } from '@mantine/core';
import { IconCheck, IconCircleCheck, IconLock, IconMinus, IconShare2, IconUser, IconUserShield, IconX, type Icon } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Explanation, type SeenValue, sharing, type TriedRule, type Way } from '@/api/access';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import { PathChip } from '@/ui/marks';
import { readyOf } from '../model/access';

/** A value as people say it: linked things by their titles. */
function useValueWords(): (value: unknown) => string {
  const { t } = useTranslation('studio');
  return function words(value): string {
    if (value === null || value === undefined || value === '') return t('fields.empty');
    if (typeof value === 'boolean') return t(value ? 'properties.yes' : 'properties.no');
    if (Array.isArray(value)) return value.length ? value.map(words).join(', ') : t('fields.empty');
    if (typeof value === 'object') return String((value as { title?: string }).title ?? t('explain.hidden_value'));
    return String(value);
  };
}

function Values({ values, name }: { values: SeenValue[]; name: string }) {
  const { t } = useTranslation('studio');
  const words = useValueWords();
  return (
    <div className="explain-values">
      {values.map((one) => <div key={`${one.of} ${one.path}`} className="row gap-6"><PathChip labels={one.of === 'user' ? [name, ...one.labels] : one.labels} /><span className="muted">{t('explain.is', { value: words(one.value) })}</span></div>)}
    </div>
  );
}

function Step({ outcome, reached = true, title, children }: { outcome: boolean; reached?: boolean; title: string; children?: React.ReactNode }) {
  const { t } = useTranslation('studio');
  const tone = !reached ? 'skipped' : outcome ? 'passed' : 'failed';
  return (
    <li className={`explain-step ${tone}`}>
      <span className="explain-dot">{!reached ? <IconMinus size={13} stroke={2.25} /> : outcome ? <IconCheck size={13} stroke={2.25} /> : <IconX size={13} stroke={2.25} />}<span className="visually-hidden">{t(`explain.${tone}`)}</span></span>
      <div className="grow"><div className="medium">{title}</div>{children}</div>
    </li>
  );
}

const WAYS: Record<Way['kind'], Icon> = { share: IconShare2, owner: IconUser, role: IconUserShield };

/** The verdict in one sentence, the checks in order with the values they saw, and the ways in. */
export function Verdict({ told, entity, record }: { told: Explanation; entity: string; record: Reference }) {
  const { t } = useTranslation('studio');
  const catalog = useCatalog();
  const client = useQueryClient();
  const view = catalog.entity(entity);
  const name = told.user.title;
  const operation = t(`operation.${told.operation}`).toLowerCase();
  const share = useMutation({
    mutationFn: (way: Way) => sharing.add(entity, record.id, { user: told.user.id, level: way.level ?? 'read' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['access'] }),
  });
  const failed = told.rules.find((rule) => rule.source === 'entity' && !rule.outcome);
  const opening = told.rules.find((rule) => rule.source !== 'entity' && rule.outcome);
  const why = told.allowed
    ? opening?.source === 'sharing' ? t('explain.by_share') : t('explain.by_role', { role: opening?.label ?? '' })
    : failed ? t('explain.narrowed', { entity: view?.plural ?? '' }) : told.rules.some((rule) => rule.source === 'role') ? t('explain.no_rule') : t('explain.no_role');
  const title = (rule: TriedRule) => {
    const shared = { role: rule.label ?? '', entity: view?.plural ?? '', operation };
    if (rule.source === 'entity') return t('explain.rule_entity', shared);
    if (rule.source === 'sharing') return t(rule.outcome ? 'explain.rule_shared' : 'explain.rule_not_shared');
    return t(rule.rule === 'true' ? 'explain.rule_always' : rule.rule === 'false' ? 'explain.rule_never' : 'explain.rule_condition', shared);
  };
  const words = (rule: string) => (readyOf(rule) ? t(`access.ready_${readyOf(rule)}`) : rule);
  const less = Object.entries(told.fields).map(([field, state]) => ({ label: view?.fields.find((one) => one.name === field)?.label ?? field, state }));
  return (
    <>
      <div className={`explain-verdict ${told.allowed ? 'passed' : 'failed'}`} role="status">
        {told.allowed ? <IconCircleCheck size={18} stroke={1.75} /> : <IconLock size={18} stroke={1.75} />}
        <div><div className="strong">{t(told.allowed ? 'explain.may' : 'explain.may_not', { name, operation, record: record.title })}</div><div className="muted">{why}</div></div>
      </div>
      <h3 className="section-title">{t('explain.order')}</h3>
      <ol className="explain-steps">
        <Step outcome title={t('explain.active')} />
        {told.rules.length === 0 && <Step outcome={false} title={t('explain.no_role')} />}
        {told.rules.map((rule, index) => (
          <Step key={index} outcome={rule.outcome} title={title(rule)}>
            {rule.parts.length > 0 && <ul className="explain-parts">{rule.parts.map((part, at) => <li key={at} className={`row gap-6 ${part.outcome ? 'passed' : 'failed'}`}>{part.outcome ? <IconCheck size={13} stroke={2.25} /> : <IconX size={13} stroke={2.25} />}<span className={readyOf(part.rule) ? '' : 'expression-text'}>{words(part.rule)}</span></li>)}</ul>}
            {rule.values.length > 0 && <Values values={rule.values} name={name} />}
          </Step>
        ))}
      </ol>
      {told.allowed && less.length > 0 && (
        <><h3 className="section-title">{t('explain.fields')}</h3><div className="row gap-6 access-people">{less.map((one) => <span key={one.label} className="tag">{one.label}: {t(`access.field_${one.state}`).toLowerCase()}</span>)}</div></>
      )}
      {!told.allowed && (
        <>
          <h3 className="section-title">{t('explain.ways', { name })}</h3>
          {told.ways.length === 0 && <p className="hint">{t(failed ? 'explain.no_ways_narrowed' : 'explain.no_ways')}</p>}
          {told.ways.map((way, index) => {
            const Found = WAYS[way.kind];
            return (
              <div key={index} className="card row gap-8 explain-way">
                <Found size={17} stroke={1.75} color="var(--text-3)" />
                <div className="grow"><div className="medium">{t(`explain.way_${way.kind}`, { name, role: way.label ?? '' })}</div><div className={way.opens > 1 ? 'size-12 warn' : 'size-12 dim'}>{t('explain.opens', { count: way.opens })}</div></div>
                {way.kind === 'share' && <Button size="xs" variant="default" loading={share.isPending} onClick={() => share.mutate(way)}>{t('explain.share')}</Button>}
                {way.kind === 'owner' && <Button size="xs" variant="default" component={Link} to={`/e/${entity}/${record.id}`}>{t('explain.to_record')}</Button>}
                {way.kind === 'role' && <Button size="xs" variant="default" component={Link} to="/admin/users">{t('explain.to_people')}</Button>}
              </div>
            );
          })}
          {share.isError && <p className="control-error" role="alert">{share.error.message}</p>}
        </>
      )}
    </>
  );
}
