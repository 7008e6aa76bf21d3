import { Button, TextInput } from '@mantine/core';
import { IconHelpCircle, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import { copyRole, granted, OTHERWISE, permit, READY, type State } from '../model/access';
import { newRole } from '../model/entities';
import { SAMPLES } from '../model/samples';
import { keyOf, labelOf, type Operation, type RoleDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { AccessMatrix } from './AccessMatrix';
import { ExplainDrawer } from './ExplainDrawer';
import { FieldsCard } from './FieldsCard';
import { OperationMark } from './OperationMark';
import { RoleCard } from './RoleCard';
import { RowCard } from './RowCard';

interface Search {
  role?: string;
  row?: string;
  explain?: string;
  entity?: string;
  record?: string;
  user?: string;
}

/** The whole of access at once: entities down, roles across, six marks in each cell; below, the rules of the chosen cell. */
export function AccessPage() {
  const { t } = useTranslation('studio');
  const { bench, documents, changed, language, entityLabel } = useStudio();
  const { administer } = useCatalog().data.rights;
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const below = useRef<HTMLDivElement>(null);
  const [words, setWords] = useState('');
  const roles = documents.filter((doc): doc is RoleDoc => doc.kind === 'role');
  const role = roles.find((one) => one.name === search.role) ?? roles[0];
  const row = search.row ?? OTHERWISE;
  const go = (next: Search) => void navigate({ to: '/studio/access', search: next as Record<string, string>, replace: true });
  const choose = (name: string | undefined, chosen?: string) => go({ ...search, role: name, row: chosen });
  const taken = [...roles.map((one) => one.name), 'administrator', 'designer'];
  const make = (made: RoleDoc) => {
    bench.edit(made);
    choose(made.name);
  };
  const pick = (one: RoleDoc, entity: string, operation: Operation, state: State) => {
    const old = granted(one, entity).operations[operation];
    const condition = typeof old === 'string' ? old : READY.mine!;
    bench.edit(permit(one, entity, operation, state === 'condition' ? condition : state === 'always'));
    choose(one.name, entity);
    if (state === 'condition') requestAnimationFrame(() => below.current?.querySelector<HTMLElement>(`[data-operation="${operation}"]`)?.scrollIntoView({ block: 'nearest' }));
  };

  return (
    <div className="access-page">
      <div className="bar">
        <h2 className="visually-hidden">{t('crumb.access')}</h2>
        <TextInput size="xs" w={170} value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('access.find')} aria-label={t('access.find')} leftSection={<IconSearch size={14} stroke={1.75} />} />
        <span className="grow" />
        <span className="row gap-12 size-12 muted access-legend">
          <span className="row gap-6"><OperationMark operation="read" state="always" />{t('access.always')}</span>
          <span className="row gap-6"><OperationMark operation="read" state="condition" />{t('access.condition')}</span>
          <span className="row gap-6"><OperationMark operation="read" state="always" inherited />{t('access.inherited')}</span>
          <span className="row gap-6"><OperationMark operation="read" />{t('access.never')}</span>
        </span>
        {administer && <Button size="xs" variant="default" leftSection={<IconHelpCircle size={15} stroke={1.75} />} onClick={() => go({ ...search, explain: 'yes' })}>{t('explain.open')}</Button>}
        <Button size="xs" variant="subtle" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => make(newRole(SAMPLES.role, taken))}>{t('access.add')}</Button>
      </div>
      <AccessMatrix roles={roles} words={words} chosen={role?.name} row={search.row} onChoose={choose} onPick={pick} />
      {role && (
        <div className="access-below" ref={below}>
          <div className="row gap-8 access-title">
            <span className="strong size-14">{labelOf(role, language)}</span><span className="dim">×</span><span className="strong size-14">{row === OTHERWISE ? t('access.otherwise') : entityLabel(row)}</span>
            {changed.has(keyOf(role)) && <span className="tag changes-tag">{t(`change.${changed.get(keyOf(role))}`)}</span>}
          </div>
          <div className="access-cards">
            <RowCard key={`${role.name} ${row}`} role={role} entity={row} onPick={(operation, state) => pick(role, row, operation, state)} />
            <FieldsCard key={`${role.name} ${row} fields`} role={role} entity={row} />
            <RoleCard key={role.name} role={role} onCopy={() => make(copyRole(role, taken, { en: 'copy', ru: 'копия' }))} onRemoved={() => choose(undefined)} />
          </div>
        </div>
      )}
      {search.explain && <ExplainDrawer asked={{ entity: search.entity, record: search.record, user: search.user }} onClose={() => go({ role: search.role, row: search.row })} />}
    </div>
  );
}
