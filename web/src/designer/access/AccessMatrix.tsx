import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { granted, operationsOf, OTHERWISE, stateOf, type State } from '../model/access';
import { labelOf, type Operation, type RoleDoc } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import { treeOf } from '../state/views';
import { OperationMark } from './OperationMark';
import { People } from './People';

interface Props {
  roles: RoleDoc[];
  words: string;
  chosen?: string;
  row?: string;
  onChoose: (role: string, row?: string) => void;
  onPick: (role: RoleDoc, entity: string, operation: Operation, state: State) => void;
}

/** Entities down, roles across; the two built-in roles stand first and never change. */
export function AccessMatrix({ roles, words, chosen, row, onChoose, onPick }: Props) {
  const { t } = useTranslation('studio');
  const { entities, datasetViews, language } = useStudio();
  const text = words.trim().toLowerCase();
  const tree = treeOf(entities);
  const rows = [...tree.filter(({ view }) => !view.system), ...datasetViews.map((view) => ({ view, depth: 0 })), ...tree.filter(({ view }) => view.system)].map(({ view, depth }) => ({ name: view.name, label: view.label, icon: view.icon, depth, readOnly: view.readOnly, dataset: view.dataset })).filter((one) => !text || one.label.toLowerCase().includes(text));
  const all = [{ name: OTHERWISE, label: t('access.otherwise'), icon: 'stack', depth: 0, readOnly: false, dataset: false }, ...rows];
  const word = (operation: Operation) => t(`operation.${operation}`);

  return (
    <div className="access-scroll" tabIndex={0} role="region" aria-label={t('crumb.access')}>
      <table className="access-table">
        <thead>
          <tr>
            <th scope="col">{t('access.entity')}</th>
            <th scope="col" className="built-in-role"><span className="role-name"><IconLock size={13} stroke={1.75} aria-hidden />{t('access.administrator')}</span><span className="size-11 dim">{t('access.built_in')}</span></th>
            {roles.map((role) => (
              <th key={role.name} scope="col" data-chosen={role.name === chosen || undefined}>
                <button type="button" className="role-choice" onClick={() => onChoose(role.name, row)}><span className="role-name">{labelOf(role, language)}</span><People role={role.name} /></button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.map((line) => (
            <tr key={line.name} className={line.name === OTHERWISE ? 'otherwise' : undefined}>
              <th scope="row"><span className="access-entity" style={{ paddingLeft: line.depth * 18 }}><EntityIcon name={line.icon} size={16} /><span className="medium ellipsis">{line.label}</span></span></th>
              <td><span className="marks">{operationsOf(line.dataset).map((operation) => <OperationMark key={operation} operation={operation} state="always" label={t('access.mark', { role: t('access.administrator'), entity: line.label, operation: word(operation), state: t('access.always') })} />)}</span></td>
              {roles.map((role) => {
                const { operations, inherited } = granted(role, line.name);
                return (
                  <td key={role.name} data-chosen={(role.name === chosen && line.name === (row ?? OTHERWISE)) || undefined} onClick={() => onChoose(role.name, line.name)}>
                    <span className="marks">
                      {operationsOf(line.dataset).map((operation) => {
                        const state = stateOf(operations[operation]);
                        return (
                          <OperationMark key={operation} operation={operation} state={state} inherited={inherited} onPick={(next) => onPick(role, line.name, operation, next)}
                            label={t('access.mark', { role: labelOf(role, language), entity: line.label, operation: word(operation), state: inherited && state !== 'never' ? t('access.inherited') : t(`access.${state}`) })} />
                        );
                      })}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
