import type { Catalog } from '@/catalog/catalog';
import type { Entity, RecordButton, RecordData } from '@/catalog/types';
import { world } from '@/card/rules';
import { evaluateCondition, fieldsOf } from '@/expression/evaluate';
import { unreadIn } from '@/fields/unread';

/** The buttons that a record has now. One whose condition looks at what is not here is shown: the server knows. */
export function buttonsOf(catalog: Catalog, entity: Entity, record: RecordData): RecordButton[] {
  const unread = unreadIn(record);
  return (entity.buttons ?? []).filter(({ when }) => {
    if (!when || fieldsOf(when).some((name) => name in unread || !(name in record))) return true;
    try {
      return evaluateCondition(when, { ...world(catalog), record });
    } catch {
      return true;
    }
  });
}
