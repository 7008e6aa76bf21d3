import { inverseFields, isComposed, ownFields, systemFields } from '@/catalog/catalog';
import type { Entity, Field } from '@/catalog/types';

export interface Sections {
  main: Field[];
  lines: Field[];
  files: Field[];
  related: Field[];
  system: Field[];
}

/** A card without a drawn form: own fields in their order, then lines, files, what points here, and the record's own facts. */
export function sectionsOf(entity: Entity): Sections {
  const own = ownFields(entity);
  const main = own.filter((field) => !['children', 'file', 'image'].includes(field.type));
  const wide = main.length - 1 - main.findLastIndex((field) => !isWide(field));
  // Who answers for the record stands beside the last narrow field, not alone under the notes.
  main.splice(main.length - wide, 0, ...systemFields(entity).filter((field) => field.name === 'owner' && !isComposed(entity)));
  return {
    main,
    lines: own.filter((field) => field.type === 'children'),
    files: own.filter((field) => ['file', 'image'].includes(field.type)),
    related: inverseFields(entity),
    system: systemFields(entity).filter((field) => ['created_at', 'created_by', 'updated_at', 'updated_by'].includes(field.name)),
  };
}

/** Fields that take the whole width of the form. */
export const isWide = (field: Field) => ['long_text', 'rich_text', 'json', 'address', 'links', 'multi_choice'].includes(field.type);
