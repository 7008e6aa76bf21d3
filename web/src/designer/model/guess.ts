/** Guesses what a field is from the words people call it by. */
import { newId } from './naming';
import type { ChoiceDoc, FieldDoc, Label } from './types';

export interface Guess {
  type: string;
  target?: string;
}

interface Nameable {
  name: string;
  label?: Label;
  plural?: Label;
}

/** Order matters: the first rule whose words occur wins. A `\b`-like border is made by hand, as `\b` knows no Cyrillic. */
const RULES: [string, string[]][] = [
  ['email', ['e-mail', 'email', 'почта', 'эл почта', 'емейл', 'имейл', 'mail']],
  ['phone', ['phone*', 'mobile', 'fax', 'телефон*', 'мобильн*', 'факс']],
  ['url', ['url', 'website', 'site', 'link', 'сайт*', 'ссылк*', 'веб*']],
  ['image', ['photo*', 'picture', 'image', 'logo', 'avatar', 'фото*', 'картинк*', 'изображени*', 'логотип*']],
  ['file', ['file', 'attachment', 'contract file', 'scan', 'файл*', 'вложени*', 'скан*']],
  ['user', ['manager', 'responsible', 'assignee', 'approved by', 'author', 'seller', 'ответственн*', 'менеджер*', 'исполнител*', 'согласовал*', 'утвердил*', 'автор', 'продавец']],
  ['boolean', ['is', 'has', 'active', 'archived', 'done', 'paid', 'enabled', 'оплачен*', 'активн*', 'архив*', 'выполнен*', 'готов*', 'есть', 'нужн*']],
  ['percent', ['percent*', 'probability', 'margin', 'discount', 'share', 'vat', '%', 'процент*', 'вероятност*', 'маржа', 'скидк*', 'дол*', 'ндс']],
  ['money', ['amount', 'price', 'cost', 'total', 'sum', 'budget', 'revenue', 'salary', 'balance', 'fee', 'payment', 'сумм*', 'цен*', 'стоимост*', 'себестоимост*', 'итого', 'бюджет*', 'выручк*', 'оклад*', 'зарплат*', 'баланс*', 'оплат*']],
  ['datetime', ['datetime', 'date and time', 'time of', 'starts at', 'ends at', 'дата и время', 'начало', 'окончание']],
  ['date', ['date', 'deadline', 'birthday', 'due', 'day', 'until', 'дат*', 'срок*', 'день рождени*', 'дедлайн*']],
  ['time', ['time', 'время']],
  ['duration', ['duration', 'длительност*', 'продолжительност*']],
  ['integer', ['quantity', 'count', 'qty', 'age', 'year', 'floor', 'employees', 'pieces', 'количеств*', 'кол-во', 'возраст*', 'год', 'этаж*', 'штук']],
  ['decimal', ['weight', 'width', 'height', 'length', 'volume', 'area', 'rate', 'вес', 'ширин*', 'высот*', 'длин*', 'объем*', 'объём*', 'площад*', 'курс']],
  ['auto_number', ['number', 'no', '№', 'номер']],
  ['choice', ['status', 'stage', 'type', 'kind', 'category', 'priority', 'source', 'state', 'level', 'статус*', 'этап*', 'стади*', 'тип', 'вид', 'категори*', 'приоритет*', 'источник*', 'уровен*']],
  ['rating', ['rating', 'score', 'stars', 'рейтинг*', 'оценк*']],
  ['multi_choice', ['tags', 'labels', 'метки', 'теги', 'тэги']],
  ['address', ['address', 'адрес*']],
  ['location', ['location', 'coordinates', 'координат*', 'место на карте']],
  ['color', ['color', 'colour', 'цвет*']],
  ['long_text', ['description', 'comment*', 'notes', 'note', 'details', 'описани*', 'комментари*', 'заметк*', 'примечани*', 'подробност*']],
];

const words = (text: string): string => ` ${text.toLowerCase().replace(/ё/g, 'е').replace(/[^\p{L}\p{N}%№-]+/gu, ' ').trim()} `;

function occurs(text: string, pattern: string): boolean {
  const plain = pattern.replace(/ё/g, 'е');
  return plain.endsWith('*') ? text.includes(` ${plain.slice(0, -1)}`) : text.includes(` ${plain} `);
}

/** Two words are one for a guess when they differ in their ending only: `компания` and `компании`. */
function same(left: string, right: string): boolean {
  if (left === right) return true;
  const length = Math.max(4, Math.min(left.length, right.length) - 1);
  return left.length >= 5 && right.length >= 5 && Math.abs(left.length - right.length) <= 2 && left.slice(0, length) === right.slice(0, length);
}

function target(text: string, entities: Nameable[]): Guess | undefined {
  const plain = text.trim();
  for (const entity of entities) {
    const one = [entity.label?.en, entity.label?.ru].filter(Boolean).map((label) => words(label!).trim());
    const many = [entity.plural?.en, entity.plural?.ru].filter(Boolean).map((label) => words(label!).trim());
    if (one.some((label) => label === plain)) return { type: 'link', target: entity.name };
    if (many.some((label) => label === plain)) return { type: 'links', target: entity.name };
  }
  const loose = entities.find((entity) => [entity.label?.en, entity.label?.ru].some((label) => label && same(words(label).trim(), plain)));
  return loose && { type: 'link', target: loose.name };
}

/** Gives the likely type of a field with this label; plain text when nothing tells. */
export function guessType(label: string, entities: Nameable[] = []): Guess {
  const text = words(label);
  const link = target(text, entities);
  if (link) return link;
  const rule = RULES.find(([, patterns]) => patterns.some((pattern) => occurs(text, pattern)));
  return { type: rule?.[0] ?? 'text' };
}

/** Starting settings of a field of a guessed type: a choice begins with one value, as it cannot have none. */
export function startOf(guess: Guess): Partial<FieldDoc> {
  if (guess.type === 'choice' || guess.type === 'multi_choice') return { type: guess.type, choices: [firstChoice()] };
  return guess.target ? { type: guess.type, target: guess.target } : { type: guess.type };
}

export const firstChoice = (): ChoiceDoc => ({ id: newId(), value: 'new', label: { en: 'New', ru: 'Новое' }, color: 'slate' });
