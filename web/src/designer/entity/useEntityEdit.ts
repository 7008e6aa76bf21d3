import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addField, duplicateField, orderFields, patchField, removeField, restoreField, withInverse } from '../model/fields';
import { isName } from '../model/naming';
import type { EntityDoc, FieldDoc, Label } from '../model/types';
import { useStudio } from '../state/StudioProvider';
import type { EntityView } from '../state/views';

/** The acts an analyst does on an entity; each goes to the draft. */
export function useEntityEdit(view: EntityView) {
  const { bench, language, entityDocs } = useStudio();
  const { t } = useTranslation('studio');
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { field?: string; tab?: string };
  const save = (doc: EntityDoc, mark?: string) => bench.edit(doc, mark && `${view.key}:${mark}`);
  const select = (field?: string) => void navigate({ to: '.', search: { ...search, field }, replace: true });

  return {
    selected: search.field,
    select,
    save,
    add(label: Label, type?: string): FieldDoc {
      const made = addField(view.doc, label, { language, entities: entityDocs, type, taken: view.builtIn.map((field) => field.name) });
      save(made.doc);
      return made.field;
    },
    patch(id: string, patch: Partial<FieldDoc>, mark?: string) {
      const before = view.doc.fields?.find((field) => field.id === id);
      if (patch.name !== undefined && !isName(patch.name)) return;
      let next = patchField(view.doc, id, patch);
      if (before && patch.target && patch.target !== before.target) {
        const fields = next.fields?.map((field) => (field.id === id ? withInverse({ ...field, inverse: undefined }, next, entityDocs) : field));
        next = { ...next, fields };
      }
      save(next, mark && `${id}:${mark}`);
    },
    remove(id: string) {
      save(removeField(view.doc, id));
      if (search.field === id && !view.published?.fields?.some((field) => field.id === id)) select(undefined);
    },
    restore: (id: string) => view.published && save(restoreField(view.doc, view.published, id)),
    duplicate(id: string) {
      const words = { en: '(copy)', ru: '(копия)' };
      const { doc, field } = duplicateField(view.doc, id, words);
      save(doc);
      if (field?.id) select(field.id);
    },
    order: (ids: string[]) => save(orderFields(view.doc, ids)),
    shift(id: string, by: number) {
      const ids = (view.doc.fields ?? []).map((field) => field.id ?? field.name);
      const at = ids.indexOf(id);
      const to = at + by;
      if (at < 0 || to < 0 || to >= ids.length) return;
      ids.splice(to, 0, ids.splice(at, 1)[0]!);
      save(orderFields(view.doc, ids));
    },
    t,
  };
}

export type EntityEdit = ReturnType<typeof useEntityEdit>;
