import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { stageField } from '@/catalog/catalog';
import { useCatalog } from '@/catalog/useCatalog';
import { buttonsOf } from '@/buttons/shown';
import { usePress } from '@/buttons/usePress';
import { useRemoval } from '@/list/useRemoval';
import { formOf } from './form/generated';
import { brokenRules, world } from './rules';
import { lettersOf } from './related';
import { sectionsOf } from './sections';
import { nextStage } from './stages';
import type { RecordForm } from './useRecordForm';

/** What cards of every size know: sections, stage, rights, rules broken by what is typed. */
export function useCard(form: RecordForm) {
  const { entity, values } = form;
  const catalog = useCatalog();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { remove } = useRemoval(entity);
  const sections = useMemo(() => {
    const own = sectionsOf(entity);
    return { ...own, related: [...own.related, ...lettersOf(catalog, entity)] };
  }, [catalog, entity]);
  const mayEdit = entity.operations.update && !entity.read_only;
  const layout = formOf(catalog, entity);
  // Whoever drew a form says whether it has stages.
  const stage = layout.name ? entity.fields.find((field) => field.name === layout.stage && field.type === 'choice') : stageField(entity);
  const next = stage && nextStage(stage, values[stage.name]);
  const broken = useMemo(() => brokenRules(entity, values, world(catalog)), [entity, values, catalog]);
  const buttons = useMemo(() => buttonsOf(catalog, entity, values), [catalog, entity, values]);
  const pressing = usePress(entity, [values.id]);
  const errors = useMemo(() => ({ ...broken, ...form.errors }), [broken, form.errors]);
  async function removeRecord() {
    if (await remove([values])) {
      client.removeQueries({ queryKey: ['record', entity.name, values.id] });
      void navigate({ to: '/e/$entity', params: { entity: entity.name }, ignoreBlocker: true });
    }
  }
  return { catalog, layout, sections, mayEdit, mayDelete: entity.operations.delete && !entity.read_only, stage, next, errors, buttons, pressing, removeRecord };
}
