import i18next from 'i18next';
import { currentLanguage } from '@/i18n';
import type { Entity } from '@/catalog/types';

/** First letter small, unless the word is an abbreviation. */
export function lower(text: string): string {
  return /^\p{Lu}{2}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Gender of a Russian noun by its ending: enough to write «Новая сделка», «Новый контакт», «Новое обращение». */
function russianNew(label: string): string {
  const word = label.trim().split(/\s+/)[0]!.toLowerCase();
  if (/(ые|ие|ы)$/.test(word) && !/(ние|тие|вие|лие|сие|бие|пие)$/.test(word)) return 'Новые';
  if (/(тель|арь|ень|оль)$/.test(word) && !/(роль|боль|соль)$/.test(word)) return 'Новый';
  if (/(а|я|ь)$/.test(word)) return 'Новая';
  if (/(о|е|ё)$/.test(word)) return 'Новое';
  return 'Новый';
}

/** `New deal`, «Новая сделка». */
export function newLabel(entity: Entity): string {
  if (currentLanguage() === 'ru') return `${russianNew(entity.label)} ${lower(entity.label)}`;
  return i18next.t('work:create.new', { label: lower(entity.label) });
}

/** Arguments that texts about an entity may use. */
export const wordsOf = (entity: Entity) => ({ label: lower(entity.label), plural: lower(entity.plural), Label: entity.label, Plural: entity.plural });
