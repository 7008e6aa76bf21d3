import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { views, type WantedView } from '@/api/views';
import type { Entity, SavedView } from '@/catalog/types';
import { toast } from '@/ui/toast';
import { layoutOfView, layoutToView } from '../layout/model';
import type { ListState } from '../state';

/** What of a view the dialog decides; the rest is what the list shows. */
export type Named = Pick<WantedView, 'label' | 'audience' | 'team' | 'default'>;

const shownBy = (entity: Entity, view: SavedView) => ({ columns: view.columns, sort: view.sort, filter: view.filter, conditions: view.conditions, ...layoutToView(layoutOfView(entity, view)) });

/** Saving, changing and removing views; the catalog is read anew after each. */
export function useViews(entity: Entity, state: ListState, onChoose: (id: string | undefined) => void) {
  const { t } = useTranslation('work');
  const client = useQueryClient();
  const view = state.view;
  const shown = () => ({ columns: state.columns, sort: state.sort, filter: state.filter ?? null, conditions: state.conditions.map((condition) => ({ ...condition })), ...layoutToView(state.layout) });
  const reread = () => client.invalidateQueries({ queryKey: ['catalog'] });
  const refused = (error: unknown) => { toast(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : String(error), { tone: 'bad' }); };

  async function saveAs(named: Named) {
    const made = await views.create(entity.name, { ...named, ...shown() });
    await reread();
    onChoose(made.id);
    toast(t('view.saved', { name: made.label }));
  }
  async function save() {
    if (!view) return;
    try {
      await views.update(view.id, view.version, { label: view.label, audience: view.audience, team: view.team, default: view.default, ...shown() });
      await reread();
      onChoose(view.id);
      toast(t('view.saved', { name: view.label }));
    } catch (error) {
      refused(error);
    }
  }
  /** Changes the view's name and people, not what it shows. */
  async function change(named: Named, of: SavedView) {
    await views.update(of.id, of.version, { ...named, ...shownBy(entity, of) });
    await reread();
  }
  async function remove(of: SavedView) {
    try {
      await views.delete(of.id);
      onChoose(undefined);
      await reread();
      const { label, audience, team } = of;
      toast(t('view.removed', { name: label }), { undo: async () => { await views.create(entity.name, { label, audience, team, default: of.default, ...shownBy(entity, of) }); await reread(); } });
    } catch (error) {
      refused(error);
    }
  }
  return { saveAs, save, change, remove };
}
