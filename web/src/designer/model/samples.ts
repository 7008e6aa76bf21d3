/** Names that new things begin with, in both languages whatever the reader's. */
import type { Label } from './types';

export const SAMPLES = {
  application: { en: 'Application', ru: 'Приложение' },
  section: { en: 'Section', ru: 'Раздел' },
  choiceSet: { en: 'New set', ru: 'Новый набор' },
  role: { en: 'New role', ru: 'Новая роль' },
  script: { en: 'New script', ru: 'Новый скрипт' },
  measure: { en: 'New indicator', ru: 'Новый показатель' },
  button: { en: 'Button', ru: 'Кнопка' },
  parameter: { en: 'Value', ru: 'Значение' },
  count: { en: 'Count', ru: 'Количество' },
  calculated: { en: 'Calculated', ru: 'Вычислено' },
  rule: { en: 'Check this record', ru: 'Проверьте запись' },
} satisfies Record<string, Label>;
