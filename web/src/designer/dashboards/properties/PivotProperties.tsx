import { Button, Switch } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GroupDoc, PivotDoc } from '../../model/dashboard';
import { messageAt } from '../../model/problems';
import type { Problem } from '../../model/types';
import { useBoard } from '../useBoard';
import { Amounts } from './Amounts';
import { GroupInput } from './GroupInput';
import { Over } from './Over';
import { Ways, Which } from './Reading';

/** What stands down and across, and what is made of each cell. */
export function PivotProperties({ widget, problems }: { widget: PivotDoc; problems: Problem[] }) {
  const { t } = useTranslation('studio');
  const { change } = useBoard();
  return (
    <>
      <Over widget={widget} problems={problems} />
      <Groups label={t('dashboards.rows')} entity={widget.entity} value={widget.rows} least={1} path="rows" problems={problems} onChange={(rows) => change({ ...widget, rows })} />
      <Groups label={t('dashboards.columns')} entity={widget.entity} value={widget.columns} least={0} path="columns" problems={problems} onChange={(columns) => change({ ...widget, columns })} />
      <Amounts label={t('dashboards.amounts')} entity={widget.entity} value={widget.measures} most={5} problems={problems} onChange={(measures, mark) => change({ ...widget, measures }, mark)} />
      <Switch label={t('dashboards.heat')} checked={widget.heat ?? false} onChange={(event) => change({ ...widget, heat: event.currentTarget.checked || undefined })} />
      <Which widget={widget} entity={widget.entity} problems={problems} />
      <Ways widget={widget} entity={widget.entity} problems={problems} />
    </>
  );
}

interface GroupsProps {
  label: string;
  entity: string;
  value: GroupDoc[];
  least: number;
  path: string;
  problems: Problem[];
  onChange: (groups: GroupDoc[]) => void;
}

const MOST = 2;

function Groups({ label, entity, value, least, path, problems, onChange }: GroupsProps) {
  const { t } = useTranslation('studio');
  const [adding, setAdding] = useState(false);
  const shown = value.length < least || adding ? [...value, undefined] : value;
  const set = (at: number, group: GroupDoc | undefined) => {
    setAdding(false);
    onChange(group ? [...value.slice(0, at), group, ...value.slice(at + 1)] : value.filter((_, index) => index !== at));
  };
  return (
    <div className="column gap-6">
      {shown.map((one, at) => <GroupInput key={at} label={at ? t('dashboards.then_by', { name: label }) : label} entity={entity} value={one} clearable={value.length > least} error={messageAt(problems, `${path}/${at}`) ?? (at ? undefined : messageAt(problems, path))} onChange={(group) => set(at, group)} />)}
      {shown.length < MOST && <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setAdding(true)}>{shown.length ? t('dashboards.add_group') : label}</Button></div>}
    </div>
  );
}
