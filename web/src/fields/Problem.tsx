import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { records } from '@/api/records';
import type { Entity, Field, RecordData } from '@/catalog/types';

export interface Problem {
  field: string;
  code: string;
}

const CODES = ['overflow', 'division_by_zero', 'unreadable', 'no_such_date', 'too_long'] as const;

/** The fields of a record whose values are still being calculated. */
export const pendingOf = (record: RecordData | undefined) => (record?._pending as string[] | undefined) ?? [];

/** Why a calculated value of a row is empty, as far as the row was read with it. */
export const problemOf = (record: RecordData, path: string) => (record._problems as Problem[] | undefined)?.find((problem) => problem.field === path)?.code;

/** All of them, by the labels of their fields: for the phone. */
export function ProblemLines({ entity, record }: { entity: Entity; record: RecordData }) {
  const problems = (record._problems as Problem[] | undefined) ?? [];
  return problems.map((problem) => (
    <span key={problem.field} className="row gap-6 size-12"><span className="dim ellipsis">{entity.fields.find((field) => field.name === problem.field)?.label}</span><ProblemText code={problem.code} /></span>
  ));
}

/** Why a calculated value is empty, in words. */
export function ProblemText({ code }: { code: string }) {
  const { t } = useTranslation('work');
  const text = t(`problem.${CODES.find((known) => known === code) ?? 'unknown'}`);
  return <span className="row gap-4 problem-note" title={text}><IconAlertTriangle size={14} stroke={1.75} /><span className="ellipsis">{text}</span></span>;
}

/** Under a calculated value of a record: that it is still being calculated, or why it is empty, and the way to all such records. */
export function ProblemNote({ entity, field, record }: { entity: Entity; field: Field; record: RecordData }) {
  const { t } = useTranslation('work');
  const empty = record[field.name] === null;
  const asked = Boolean(field.calculated) && empty && Boolean(record.id);
  const known = useQuery({ queryKey: ['record', entity.name, record.id, 'problems', record.version], queryFn: ({ signal }) => records.problems(entity.name, record.id, signal), enabled: asked });
  const code = asked ? known.data?.find((problem) => problem.field === field.name)?.code : undefined;
  if (pendingOf(record).includes(field.name)) return <div className="row gap-4 size-12 dim problem-line-note" role="status"><IconRefresh size={14} stroke={1.75} />{t('field.pending')}</div>;
  if (!code) return null;
  return (
    <div className="row gap-6 size-12 problem-line-note">
      <ProblemText code={code} />
      <Link to="/e/$entity" params={{ entity: entity.name }} search={{ prob: '1' } as never}>{t('problem.all')}</Link>
    </div>
  );
}
