import { Button, Menu } from '@mantine/core';
import { IconBulb } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { granted, inherit, OTHERWISE, operationsOf, permit, READY, readyOf, stateOf, type State } from '../model/access';
import { ofDocument } from '../model/problems';
import { keyOf, type Operation, type RoleDoc } from '../model/types';
import { ConditionInput } from '../parts/ConditionInput';
import { useStudio } from '../state/StudioProvider';
import { OperationMark } from './OperationMark';

interface Props {
  role: RoleDoc;
  entity: string;
  onPick: (operation: Operation, state: State) => void;
}

/** What the role may do with the records of one entity: a line for each operation, its condition under it. */
export function RowCard({ role, entity, onPick }: Props) {
  const { t } = useTranslation('studio');
  const { bench, state: draft, entity: viewOf } = useStudio();
  const { operations, inherited } = granted(role, entity);
  const problems = ofDocument(draft.problems, keyOf(role));
  const write = (operation: Operation, text: string) => bench.edit(permit(role, entity, operation, text), `${role.name}:${entity}:${operation}`);
  return (
    <section className="card access-card" aria-label={t('access.records')}>
      <div className="row between"><h3 className="section-title">{t('access.records')}</h3>
        {entity !== OTHERWISE && !inherited && <Button size="compact-xs" variant="subtle" onClick={() => bench.edit(inherit(role, entity))}>{t('access.follow')}</Button>}
        {inherited && <span className="size-12 dim">{t('access.follows')}</span>}
      </div>
      {operationsOf(viewOf(entity)?.dataset).map((operation) => {
        const permission = operations[operation];
        const state = stateOf(permission);
        const ready = typeof permission === 'string' ? readyOf(permission) : undefined;
        return (
          <div key={operation} data-operation={operation}>
            <div className="row gap-8 access-line">
              <OperationMark operation={operation} state={state} inherited={inherited} label={`${t(`operation.${operation}`)}: ${t(`access.${state}`)}`} onPick={(next) => onPick(operation, next)} />
              <span className="muted access-word">{t(`operation.${operation}`)}</span>
              <span className={state === 'never' ? 'dim grow' : 'grow'}>{state === 'condition' ? (ready ? t(`access.ready_${ready}`) : t('access.condition')) : t(`access.${state}`)}</span>
              {state === 'condition' && (
                <Menu position="bottom-end">
                  <Menu.Target><Button size="compact-xs" variant="subtle" leftSection={<IconBulb size={13} stroke={1.75} />}>{t('access.ready')}</Button></Menu.Target>
                  <Menu.Dropdown>{Object.keys(READY).map((word) => <Menu.Item key={word} onClick={() => write(operation, READY[word]!)}>{t(`access.ready_${word}`)}</Menu.Item>)}</Menu.Dropdown>
                </Menu>
              )}
            </div>
            {typeof permission === 'string' && (
              <ConditionInput key={`${role.name}:${entity}`} label={t('access.condition_of', { operation: t(`operation.${operation}`) })} value={permission} onChange={(text) => write(operation, text)} entity={viewOf(entity)} rows={1}
                error={problems.find((problem) => problem.path === `/entities/${entity}/${operation}`)?.message} />
            )}
          </div>
        );
      })}
      {entity === OTHERWISE && <p className="hint">{t('access.otherwise_text')}</p>}
    </section>
  );
}
