import '../datasets/datasets.css';
import './balances.css';
import { Select, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EntityIcon } from '@/ui/EntityIcon';
import { useCatalog } from '@/catalog/useCatalog';
import { wrongAt } from '../datasets/useDataset';
import { listNames } from '../model/balance';
import { isName } from '../model/naming';
import { type BalanceDoc, type RegisterDoc, TURNOVER_PERIODS } from '../model/types';
import { usesOfLists } from '../model/usage';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { UseList } from '../parts/UseList';
import { EntityName } from '../properties/EntityName';
import { useStudio } from '../state/StudioProvider';
import { BalanceParts } from './BalanceParts';
import { Postings } from './Postings';
import { type Balance, useBalance } from './useBalance';

/** Everything a register of balances says: what it is called, by what balances are apart, what is counted, and what moves them. */
export function BalanceForm({ doc }: { doc: RegisterDoc }) {
  const { t } = useTranslation('studio');
  const set = useBalance(doc);
  const { problems, save } = set;
  return (
    <>
      <Lists doc={doc} />
      <div className="pair dataset-pair dataset-top balance-about">
        <div className="row gap-12" style={{ alignItems: 'flex-start' }}>
          <div style={{ paddingTop: 21 }}><IconPicker value={doc.icon ?? 'scale'} onChange={(icon) => save({ ...doc, icon })} /></div>
          <div className="grow"><LabelInputs label={t('registers.balance_name')} value={doc.label} required error={wrongAt(problems, '/label')} onChange={(label) => save({ ...doc, label, plural: label }, 'label')} /></div>
        </div>
        <Select label={t('balances.by')} allowDeselect={false} value={doc.balance?.by ?? 'month'} data={TURNOVER_PERIODS.map((value) => ({ value, label: t(`balances.by_${value}`) }))} error={wrongAt(problems, '/balance/by')}
          onChange={(by) => save({ ...doc, balance: { ...doc.balance!, by: by === 'month' ? undefined : (by as BalanceDoc['by']) } })} />
      </div>
      <BalanceParts set={set} part="dimensions" />
      <BalanceParts set={set} part="resources" />
      <Postings set={set} />
      <Names set={set} />
    </>
  );
}

/** The lists that come of the register; those that are published can be opened. */
function Lists({ doc }: { doc: RegisterDoc }) {
  const { t } = useTranslation('studio');
  const catalog = useCatalog();
  const names = listNames(doc);
  const isLive = (name: string) => Boolean(catalog.entity(name));
  return (
    <div className="row gap-6 balance-lists" role="group" aria-label={t('balances.lists')}>
      <span className="size-12 dim">{t('balances.lists')}</span>
      {(['balances', 'movements', 'turnovers'] as const).map((list) => {
        const words = <><EntityIcon name={doc.icon ?? 'scale'} size={13} /><span>{t(`balances.list_${list}`)}</span></>;
        return isLive(names[list]) ? <Link key={list} to={`/e/${names[list]}`} className="tag use-tag balance-list">{words}</Link> : <span key={list} className="tag balance-list dim" title={t('balances.unpublished')}>{words}</span>;
      })}
    </div>
  );
}

/** Where the lists are used, help, and names in expressions. */
function Names({ set: { doc, problems, save } }: { set: Balance }) {
  const { t } = useTranslation('studio');
  const { datasetViews, documents } = useStudio();
  const view = datasetViews.find((one) => one.name === doc.name);
  const uses = useMemo(() => usesOfLists(doc, documents), [doc, documents]);
  const names = listNames(doc);
  const list = (key: 'movements' | 'turnovers') => (
    <TextInput label={t(`balances.name_${key}`)} value={doc.balance?.[key] ?? ''} placeholder={names[key]} spellCheck={false} classNames={{ input: 'control-input mono' }}
      error={wrongAt(problems, `/balance/${key}`) ?? (doc.balance?.[key] && !isName(doc.balance[key]) ? t('properties.name_wrong') : undefined)}
      onChange={(event) => save({ ...doc, balance: { ...doc.balance!, [key]: event.currentTarget.value.trim() || undefined } }, key)} />
  );
  return (
    <div className="column gap-16">
      <UseList title={t('properties.used_by', { count: uses.length })} uses={uses} />
      <details className="details">
        <summary>{t('balances.more')}</summary>
        <div className="column gap-16">
          <LabelInputs label={t('datasets.description')} value={doc.description} lines={2} onChange={(description) => save({ ...doc, description }, 'description')} />
          <div className="pair dataset-pair">{list('movements')}{list('turnovers')}</div>
          {view && <EntityName key={view.name} view={view} />}
        </div>
      </details>
    </div>
  );
}
