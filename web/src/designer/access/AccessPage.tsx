import { Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newRole } from '../model/entities';
import { toggle } from '../model/access';
import { SAMPLES } from '../model/samples';
import { keyOf, labelOf, type Operation, type RoleDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { AccessMatrix } from './AccessMatrix';
import { OperationMark } from './OperationMark';
import { RoleCard } from './RoleCard';
import { RowCard } from './RowCard';

/** The whole of access at once: entities down, roles across, four marks in each cell. */
export function AccessPage() {
  const { t } = useTranslation('studio');
  const { bench, documents, changed, language } = useStudio();
  const search = useSearch({ strict: false }) as { role?: string; row?: string };
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const roles = documents.filter((doc): doc is RoleDoc => doc.kind === 'role');
  const role = roles.find((one) => one.name === search.role) ?? roles[0];
  const choose = (name: string | undefined, row?: string) => void navigate({ to: '/studio/access', search: { role: name, row }, replace: true });
  const add = () => {
    const made = newRole(SAMPLES.role, [...roles.map((one) => one.name), 'administrator', 'designer']);
    bench.edit(made);
    choose(made.name);
  };
  const flip = (one: RoleDoc, entity: string, operation: Operation) => {
    bench.edit(toggle(one, entity, operation));
    choose(one.name, entity);
  };

  return (
    <div className="access-page">
      <div className="bar">
        <h2 className="visually-hidden">{t('crumb.access')}</h2>
        <TextInput size="xs" w={170} value={words} onChange={(event) => setWords(event.currentTarget.value)} placeholder={t('access.find')} aria-label={t('access.find')} leftSection={<IconSearch size={14} stroke={1.75} />} />
        <span className="grow" />
        <span className="row gap-12 size-12 muted access-legend">
          <span className="row gap-6"><OperationMark operation="read" granted />{t('access.always')}</span>
          <span className="row gap-6"><OperationMark operation="read" granted inherited />{t('access.inherited')}</span>
          <span className="row gap-6"><OperationMark operation="read" />{t('access.never')}</span>
        </span>
        <Button size="xs" variant="subtle" leftSection={<IconPlus size={15} stroke={1.75} />} onClick={add}>{t('access.add')}</Button>
      </div>
      <AccessMatrix roles={roles} words={words} chosen={role?.name} row={search.row} onChoose={choose} onToggle={flip} />
      {role && (
        <div className="access-below">
          <div className="row gap-8 access-title"><span className="strong size-14">{labelOf(role, language)}</span>{changed.has(keyOf(role)) && <span className="tag changes-tag">{t(`change.${changed.get(keyOf(role))}`)}</span>}</div>
          <div className="access-cards">
            <RowCard role={role} entity={search.row ?? '*'} onToggle={(operation) => flip(role, search.row ?? '*', operation)} />
            <RoleCard key={role.name} role={role} onRemoved={() => choose(undefined)} />
          </div>
        </div>
      )}
    </div>
  );
}
