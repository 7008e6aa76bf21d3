import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { messageAt } from '../model/problems';
import { type EntityDoc, NARROWED, type Narrowed, type Problem } from '../model/types';
import { ConditionInput, NOTHING } from '../parts/ConditionInput';
import type { EntityView } from '../state/views';
import { useEntityEdit } from './useEntityEdit';

/** Conditions that hold for everybody but administrators, whatever a role allows. */
export function AccessConditions({ view, problems }: { view: EntityView; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const edit = useEntityEdit(view);
  const access = view.doc.access ?? {};
  const said = NARROWED.filter((operation) => access[operation] !== undefined);
  const set = (operation: Narrowed, text: string | undefined) => {
    const next: EntityDoc['access'] = { ...access, [operation]: text };
    edit.save({ ...view.doc, access: NARROWED.some((one) => next[one] !== undefined) ? next : undefined }, `access.${operation}`);
  };
  return (
    <section className="card narrowing" aria-label={t('narrowing.title')}>
      <h3 className="section-title">{t('narrowing.title')}</h3>
      <p className="hint">{t('narrowing.text')}</p>
      {said.map((operation) => (
        <div key={operation} className="row gap-8 narrowing-line">
          <div className="grow"><ConditionInput label={t('narrowing.only', { operation: t(`operation.${operation}`) })} value={access[operation] ?? ''} entity={view} rows={1} error={messageAt(problems, `access/${operation}`)} onChange={(text) => set(operation, text)} /></div>
          <ActionIcon aria-label={t('narrowing.remove', { operation: t(`operation.${operation}`) })} onClick={() => set(operation, undefined)}><IconTrash size={15} stroke={1.75} /></ActionIcon>
        </div>
      ))}
      {said.length < NARROWED.length && (
        <Menu position="bottom-start">
          <Menu.Target><Button variant="default" w="fit-content" leftSection={<IconPlus size={15} stroke={1.75} />}>{t('narrowing.add')}</Button></Menu.Target>
          <Menu.Dropdown>{NARROWED.filter((operation) => !said.includes(operation)).map((operation) => <Menu.Item key={operation} onClick={() => set(operation, NOTHING)}>{t(`operation.${operation}`)}</Menu.Item>)}</Menu.Dropdown>
        </Menu>
      )}
    </section>
  );
}
