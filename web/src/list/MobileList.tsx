import { Button, Drawer } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconAdjustmentsHorizontal, IconAlertTriangle, IconDownload, IconSearch, IconTrash, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';
import { momentOf } from './asOf';
import { formatDecimal } from '@/fields/numbers';
import { wordsOf } from '@/shell/words';
import { ErrorState } from '@/ui/ErrorState';
import { ExportMenu } from './ExportMenu';
import { FilterChips } from './filter/FilterBar';
import { FormSettings, FormSwitch } from './layout/FormTools';
import { formOf } from './layout/forms';
import { ListEmpty } from './ListEmpty';
import { QuickSearch } from './ListTools';
import { MobileRow, phoneFields } from './MobileRow';
import { SortMenu } from './SortMenu';
import { useList } from './useList';
import { useRemoval } from './useRemoval';
import { viewsOf } from './views/model';
import { ViewActions } from './views/ViewActions';

const CreateModal = lazy(() => import('@/card/CreateModal'));

/** The phone's list: pills for views, three lines a record, filters in a bottom sheet. */
export function MobileList({ entity }: { entity: Entity }) {
  const { t } = useTranslation('work');
  const list = useList(entity);
  const { state, update, data } = list;
  const { rows } = data;
  const [sheet, setSheet] = useState(false);
  const [search, setSearch] = useState(!!state.quick);
  const { bringBack } = useRemoval(entity);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => 84, overscan: 8 });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = data;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastSeen >= rows.length - 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, lastSeen, rows.length, fetchNextPage]);
  const count = data.count ?? rows.length;
  const filtered = state.conditions.length > 0 || !!state.quick || state.problems || !!state.behind;
  const Body = formOf(state)?.Body;
  return (
    <>
      <div className="phone-head">
        <h1>{entity.plural}</h1>
        <button type="button" className="phone-icon" aria-label={t('list.quick')} aria-expanded={search} onClick={() => { setSearch(!search); if (search) update({ quick: '' }); }}><IconSearch size={22} stroke={1.75} /></button>
        <button type="button" className="phone-icon" data-on={state.conditions.length > 0 || state.sort.length > 0} aria-label={t('list.filters')} onClick={() => setSheet(true)}><IconAdjustmentsHorizontal size={22} stroke={1.75} /></button>
      </div>
      {search && <div style={{ padding: '4px 16px' }} className="phone-search"><QuickSearch state={state} onUpdate={update} /></div>}
      <div className="pills">
        <button type="button" className="pill" aria-pressed={!state.bin && !state.problems && !state.view} onClick={() => update({ viewId: null })}>{t('list.all', wordsOf(entity))}</button>
        {viewsOf(list.catalog, entity).map((view) => <button key={view.id} type="button" className="pill" aria-pressed={!state.bin && !state.problems && state.view?.id === view.id} onClick={() => update({ viewId: view.id })}>{view.label}{list.changed && state.view?.id === view.id && <span className="changed-point" title={t('list.view_changed')} />}</button>)}
        {state.behind && <button type="button" className="pill" aria-pressed onClick={() => update({ behind: undefined })}>{state.behind}<IconX size={16} stroke={1.75} /></button>}
        {state.problems && <button type="button" className="pill" aria-pressed onClick={() => update({ problems: false })}><IconAlertTriangle size={16} stroke={1.75} />{t('list.problems')}</button>}
        {(state.bin || (entity.operations.delete && !entity.read_only)) && <button type="button" className="pill" aria-pressed={state.bin} onClick={() => update({ bin: true })}><IconTrash size={16} stroke={1.75} />{t('list.bin')}</button>}
        {list.mayCreate && <Link to={`/e/${entity.name}/import`} className="pill"><IconDownload size={16} stroke={1.75} />{t('list.import')}</Link>}
      </div>
      {Body && <Suspense fallback={null}><Body mobile entity={entity} state={state} mayCreate={list.mayCreate} onOpen={list.open} onUpdate={update} /></Suspense>}
      {!Body && rows.length > 0 && <div className="phone-count muted">{t('list.count', { count, n: formatDecimal(count), ...wordsOf(entity) })}{data.asOf && ` · ${t('list.as_of', { at: momentOf(data.asOf) })}`}</div>}
      {!Body && data.isError && !rows.length && <ErrorState error={data.error} retry={() => void data.refetch()} />}
      {!Body && !data.isPending && !data.isError && !rows.length && <ListEmpty entity={entity} bin={state.bin} filtered={filtered} conditions={state.conditions} mayCreate={list.mayCreate} onCreate={list.create} onClear={(conditions) => update({ conditions, quick: '', problems: false, behind: undefined })} />}
      {!Body && rows.length > 0 && (
        <div className="phone-rows" ref={scroller}>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const record = rows[item.index]!;
              return (
                <div key={record.id} data-index={item.index} ref={virtual.measureElement} style={{ position: 'absolute', left: 0, right: 0, top: 0, transform: `translateY(${item.start}px)` }}>
                  <MobileRow entity={entity} record={record} fields={phoneFields(list.catalog, entity, state.columns)} onOpen={() => !state.bin && list.open(record.id)} />
                  {state.bin && <div style={{ padding: '0 16px 8px' }}><Button variant="default" size="lg" fullWidth onClick={() => void bringBack([record])}>{t('list.restore')}</Button></div>}
                </div>
              );
            })}
          </div>
        </div>
      )}
      <Drawer opened={sheet} onClose={() => setSheet(false)} position="bottom" size="64%" radius="xl" title={t('list.filters')} closeButtonProps={{ 'aria-label': t('common:action.close'), size: 44 }}>
        <div className="sheet">
          <FormSwitch large entity={entity} state={state} onUpdate={update} />
          <FormSettings entity={entity} state={state} onUpdate={update} />
          <div className="row gap-8" style={{ flexWrap: 'wrap' }}><FilterChips entity={entity.name} conditions={state.conditions} onChange={(conditions) => update({ conditions })} /></div>
          <div><h2 className="section-title" style={{ marginBottom: 8 }}>{t('list.sort')}</h2><SortMenu quiet key={String(sheet)} entity={entity} sort={state.sort} onChange={(sort) => update({ sort })} /></div>
          <ViewActions entity={entity} state={state} changed={list.changed} large onUpdate={update} />
          <ExportMenu entity={entity} state={state} large />
          <div className="row gap-8 sheet-foot"><Button size="xl" className="grow" onClick={() => setSheet(false)}>{t('list.show', { count, n: formatDecimal(count), ...wordsOf(entity) })}</Button>{state.conditions.length > 0 && <Button size="xl" variant="default" onClick={() => update({ conditions: [], sort: [] })}>{t('filter.clear')}</Button>}</div>
        </div>
      </Drawer>
      {list.creating && <Suspense fallback={null}><CreateModal entity={entity} onClose={() => list.setCreating(false)} onCreated={(reference) => { list.setCreating(false); list.open(reference.id); }} /></Suspense>}
    </>
  );
}
