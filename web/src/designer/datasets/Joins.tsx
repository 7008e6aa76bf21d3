import { ActionIcon, Button, Menu, Switch, TextInput } from '@mantine/core';
import { IconArrowsJoin, IconEqual, IconGitBranch, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addJoin, joinName, patchPart, removeJoin, renameJoin } from '../model/dataset';
import { fitsDataset, joinedEntity, joinLabel, partScope, type Scope, wayLabel, ways } from '../model/datasetScope';
import { isName } from '../model/naming';
import type { JoinDoc, PairDoc } from '../model/types';
import { EntitySelect, useEntityOptions } from '../parts/selects';
import type { EntityView } from '../state/views';
import { useStudio } from '../state/StudioProvider';
import { TakesButton } from './TakesButton';
import { type Dataset, wrongAt } from './useDataset';

interface Props {
  set: Dataset;
  at: number;
  datasets: EntityView[];
}

/** What is joined to the records of a part, in the order in which it is. */
export function Joins({ set, at, datasets }: Props) {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const { doc, scopes, save } = set;
  const part = doc.parts[at]!;
  const scope = scopes[at]!;
  const fields = scope.catalog.entity(part.entity)?.fields.map((field) => field.name) ?? [];
  const along = ways(scope);
  const options = useEntityOptions(datasets);
  const equal = (entity: string) => save(addJoin(doc, at, { name: joinName(entity, part, fields), entity, on: [{ left: '', right: '' }] }));
  return (
    <div className="column gap-8" role="group" aria-label={t('datasets.joins')}>
      {part.joins?.map((join, index) => <Join key={index} set={set} at={at} index={index} join={join} datasets={datasets} />)}
      <Menu position="bottom-start">
        <Menu.Target><Button size="compact-sm" variant="subtle" w="fit-content" leftSection={<IconArrowsJoin size={14} stroke={1.75} />}>{t('datasets.join')}</Button></Menu.Target>
        <Menu.Dropdown mah={340} maw={320} style={{ overflowY: 'auto' }}>
          <Menu.Label>{t('datasets.along')}</Menu.Label>
          {along.length === 0 && <Menu.Item disabled>{t('datasets.no_relations', { name: entityLabel(part.entity) })}</Menu.Item>}
          {along.map((way) => <Menu.Item key={way.through} leftSection={<IconGitBranch size={15} stroke={1.75} />} onClick={() => save(addJoin(doc, at, { name: joinName(way.target, part, fields), through: way.through }))}>{way.label}</Menu.Item>)}
          <Menu.Divider />
          <Menu.Label>{t('datasets.by_values')}</Menu.Label>
          {options.flatMap((group) => group.items).map((item) => <Menu.Item key={item.value} leftSection={<IconEqual size={15} stroke={1.75} />} onClick={() => equal(item.value)}>{item.label}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface JoinProps extends Props {
  index: number;
  join: JoinDoc;
}

function Join({ set, at, index, join, datasets }: JoinProps) {
  const { t } = useTranslation('studio');
  const { draftCatalog, entityLabel } = useStudio();
  const { doc, problems, save } = set;
  const part = doc.parts[at]!;
  const before = partScope(draftCatalog(), part, index);
  const here = `/parts/${at}/joins/${index}`;
  const patch = (change: Partial<JoinDoc>, mark?: string) => save(patchPart(doc, at, { joins: part.joins?.map((one, place) => (place === index ? { ...one, ...change } : one)) }), mark && `join.${at}.${index}.${mark}`);
  const target = joinedEntity(before, join);
  const choose = (entity: string) => {
    const fields = draftCatalog().entity(part.entity)?.fields.map((field) => field.name) ?? [];
    const others = { ...part, joins: part.joins?.filter((_, place) => place !== index) };
    const next = renameJoin(doc, at, index, joinName(entity, others, fields));
    save(patchPart(next, at, { joins: next.parts[at]!.joins?.map((one, place) => (place === index ? { ...one, entity, on: one.on?.map((pair) => ({ ...pair, right: '' })) } : one)) }));
  };
  const label = joinLabel(before, join);
  return (
    <section className="dataset-join" aria-label={label}>
      <div className="row gap-8 dataset-join-head">
        {join.through ? <IconGitBranch size={16} stroke={1.75} /> : <IconEqual size={16} stroke={1.75} />}
        {join.through
          ? <span className="grow"><span className="medium">{label}</span> <span className="dim size-12">{t('datasets.along_text', { name: wayLabel(before, join) })}</span></span>
          : <EntitySelect className="grow dataset-choose" aria-label={t('datasets.joined')} datasets={datasets} value={join.entity} error={wrongAt(problems, `${here}/entity`)} onChange={choose} />}
        <ActionIcon aria-label={t('datasets.remove_join', { name: label })} title={t('datasets.remove_join', { name: label })} onClick={() => save(removeJoin(doc, at, index))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
      </div>
      {!join.through && <Pairs scope={before} right={{ catalog: draftCatalog(), name: target ?? '' }} left={entityLabel(part.entity)} title={entityLabel(target)} pairs={join.on ?? []} wrong={(place) => wrongAt(problems, `${here}/on/${place}`)} onChange={(on) => patch({ on }, 'on')} />}
      {!join.through && wrongAt(problems.filter((one) => one.path === `${here}/on` || one.path === here), here) && <div className="control-error" role="alert">{wrongAt(problems, here)}</div>}
      {join.through && wrongAt(problems, `${here}/through`) && <div className="control-error" role="alert">{wrongAt(problems, `${here}/through`)}</div>}
      <div className="row gap-12 dataset-join-foot">
        <Switch label={t('datasets.optional')} checked={join.optional ?? false} onChange={(event) => patch({ optional: event.currentTarget.checked || undefined })} />
        <span className="grow" />
        <JoinName key={join.name} name={join.name} error={wrongAt(problems, `${here}/name`)} onChange={(name) => save(renameJoin(doc, at, index, name))} />
      </div>
    </section>
  );
}

/** The name under which expressions know what is joined. */
function JoinName({ name, error, onChange }: { name: string; error?: string; onChange: (name: string) => void }) {
  const { t } = useTranslation('studio');
  const [text, setText] = useState(name);
  const wrong = isName(text) ? error : t('properties.name_wrong');
  const keep = () => { if (text !== name && isName(text)) onChange(text); };
  return <TextInput size="xs" w={280} label={t('datasets.join_name')} value={text} error={wrong} spellCheck={false} classNames={{ root: 'dataset-join-name', label: 'size-12 dim', input: 'control-input mono' }} onChange={(event) => setText(event.currentTarget.value)} onBlur={keep} onKeyDown={(event) => { if (event.key === 'Enter') keep(); }} />;
}

interface PairsProps {
  scope: Scope;
  right: Scope;
  left: string;
  title: string;
  pairs: PairDoc[];
  wrong: (place: number) => string | undefined;
  onChange: (pairs: PairDoc[]) => void;
}

/** Which values must be equal: of the record and what was joined before, and of what is joined. */
function Pairs({ scope, right, left, title, pairs, wrong, onChange }: PairsProps) {
  const { t } = useTranslation('studio');
  const set = (place: number, change: Partial<PairDoc>) => onChange(pairs.map((pair, index) => (index === place ? { ...pair, ...change } : pair)));
  return (
    <div className="column gap-6">
      <span className="size-12 dim">{t('datasets.pairs_text')}</span>
      {pairs.map((pair, place) => (
        <div key={place}>
          <div className="row gap-6 dataset-pair-row">
            <TakesButton framed label={t('datasets.value_of', { name: left })} placeholder={left} scope={scope} value={pair.left} accept={fitsDataset} onChange={(value) => set(place, { left: value ?? '' })} />
            <IconEqual size={15} stroke={1.75} aria-hidden />
            <TakesButton framed label={t('datasets.value_of', { name: title })} placeholder={title} scope={right} value={pair.right} accept={fitsDataset} onChange={(value) => set(place, { right: value ?? '' })} />
            <ActionIcon aria-label={t('datasets.remove_pair')} title={t('datasets.remove_pair')} disabled={pairs.length < 2} onClick={() => onChange(pairs.filter((_, index) => index !== place))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
          </div>
          {wrong(place) && <div className="control-error" role="alert">{pair.left && pair.right ? wrong(place) : t('datasets.hint_pair')}</div>}
        </div>
      ))}
      <Button size="compact-xs" variant="subtle" w="fit-content" leftSection={<IconPlus size={13} stroke={1.75} />} onClick={() => onChange([...pairs, { left: '', right: '' }])}>{t('datasets.add_pair')}</Button>
    </div>
  );
}
