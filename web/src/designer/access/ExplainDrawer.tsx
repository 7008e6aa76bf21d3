import { Drawer, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explainAccess } from '@/api/access';
import { records } from '@/api/records';
import { useCatalog } from '@/catalog/useCatalog';
import type { Reference } from '@/catalog/types';
import { RecordSelect } from '@/fields/inputs/RecordSelect';
import { recordTitle } from '@/fields/title';
import { OPERATIONS } from '../model/types';
import { Verdict } from './Verdict';

interface Props {
  asked: { entity?: string; record?: string; user?: string };
  onClose: () => void;
}

/** Finds the title of a record that an address names. */
function useReference(entity: string | undefined, id: string | undefined): Reference | undefined {
  const catalog = useCatalog();
  const found = useQuery({ queryKey: ['record', entity, id], queryFn: ({ signal }) => records.get(entity!, id!, signal), enabled: Boolean(entity && id) });
  const view = catalog.entity(entity ?? '');
  return found.data && view ? { id: found.data.id, title: recordTitle(view, found.data) } : undefined;
}

/** Who, what, which record; then the verdict, the checks in order, and what would let the person in. */
export function ExplainDrawer({ asked, onClose }: Props) {
  const { t } = useTranslation('studio');
  const catalog = useCatalog();
  const entities = catalog.data.entities.filter((one) => !one.system || one.name === 'file');
  const [entity, setEntity] = useState(asked.entity ?? entities[0]?.name);
  const [picked, setPicked] = useState<Reference | null>();
  const [person, setPerson] = useState<Reference | null>();
  const [operation, setOperation] = useState<string>('read');
  const givenRecord = useReference(asked.entity, asked.record);
  const givenUser = useReference(asked.user ? 'user' : undefined, asked.user);
  const record = picked === undefined && entity === asked.entity ? givenRecord : picked;
  const user = person === undefined ? givenUser : person;
  const answer = useQuery({
    queryKey: ['access', entity, record?.id, user?.id, operation],
    queryFn: () => explainAccess(entity!, record!.id, user!.id, operation),
    enabled: Boolean(entity && record && user), staleTime: 0, retry: false,
  });
  return (
    <Drawer opened onClose={onClose} position="right" size={460} title={t('explain.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }} className="explain">
      <div className="column gap-12">
        <div className="row gap-8 explain-top">
          <div className="grow"><label className="form-label" htmlFor="explain-user">{t('explain.who')}</label><RecordSelect id="explain-user" label={t('explain.who')} target="user" value={user ?? null} onChange={setPerson} clearable /></div>
          <Select w={140} label={t('explain.wants')} size="sm" allowDeselect={false} data={OPERATIONS.map((one) => ({ value: one, label: t(`operation.${one}`) }))} value={operation} onChange={(next) => next && setOperation(next)} />
        </div>
        <Select label={t('access.entity')} size="sm" searchable allowDeselect={false} data={entities.map((one) => ({ value: one.name, label: one.label }))} value={entity ?? null} onChange={(next) => { if (next) { setEntity(next); setPicked(null); } }} />
        {entity && <div><label className="form-label" htmlFor="explain-record">{t('explain.record')}</label><RecordSelect key={entity} id="explain-record" label={t('explain.record')} target={entity} value={record ?? null} onChange={setPicked} clearable /></div>}
        {answer.data && record && entity && <Verdict told={answer.data} entity={entity} record={record} />}
        {answer.isError && <p className="control-error" role="alert">{answer.error.message}</p>}
        {!answer.data && !answer.isError && <p className="hint">{t('explain.choose')}</p>}
      </div>
    </Drawer>
  );
}
