import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { granted, inherit, OTHERWISE } from '../model/access';
import { OPERATIONS, type Operation, type RoleDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { OperationMark } from './OperationMark';

/** What the role may do with one entity, in words. */
export function RowCard({ role, entity, onToggle }: { role: RoleDoc; entity: string; onToggle: (operation: Operation) => void }) {
  const { t } = useTranslation('studio');
  const { bench, entityLabel } = useStudio();
  const { operations, inherited } = granted(role, entity);
  const name = entity === OTHERWISE ? t('access.otherwise') : entityLabel(entity);
  return (
    <section className="card access-card" aria-label={name}>
      <div className="row between"><h3 className="section-title">{name}</h3>
        {entity !== OTHERWISE && !inherited && <Button size="compact-xs" variant="subtle" onClick={() => bench.edit(inherit(role, entity))}>{t('access.follow')}</Button>}
        {inherited && <span className="size-12 dim">{t('access.follows')}</span>}
      </div>
      {OPERATIONS.map((operation) => (
        <div key={operation} className="row gap-8 access-line">
          <OperationMark operation={operation} granted={Boolean(operations[operation])} inherited={inherited} label={`${t(`operation.${operation}`)}: ${name}`} onToggle={() => onToggle(operation)} />
          <span className="muted access-word">{t(`operation.${operation}`)}</span>
          <span className={operations[operation] ? '' : 'dim'}>{t(operations[operation] ? 'access.always' : 'access.never')}</span>
        </div>
      ))}
      {entity === OTHERWISE && <p className="hint">{t('access.otherwise_text')}</p>}
    </section>
  );
}
