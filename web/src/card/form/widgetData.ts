import { api } from '@/api/client';
import { ApiError } from '@/api/error';
import type { WidgetAnswer } from '@/dashboards/types';

interface About {
  form: string;
  record: string;
  /** A drawing that is not kept yet. */
  document?: unknown;
}

interface Waiting {
  name: string;
  done: (answer: WidgetAnswer) => void;
  fail: (error: unknown) => void;
}

const waiting = new Map<string, { about: About; asked: Waiting[] }>();

function ask({ form, record, document: drawing }: About, widgets: string[]) {
  const path = drawing === undefined ? `/api/forms/${encodeURIComponent(form)}/data` : '/api/forms/attempt/data';
  return api.post<{ widgets: Record<string, WidgetAnswer> }>(path, { ...(drawing !== undefined && { document: drawing }), record, widgets });
}

/** What a widget of a form came to. Those asked for at once are asked in one call. */
export function askWidget(about: About, name: string): Promise<WidgetAnswer> {
  return new Promise((done, fail) => {
    const key = JSON.stringify([about.form, about.record, about.document]);
    const batch = waiting.get(key) ?? { about, asked: [] };
    batch.asked.push({ name, done, fail });
    if (waiting.has(key)) return;
    waiting.set(key, batch);
    setTimeout(() => {
      waiting.delete(key);
      ask(about, [...new Set(batch.asked.map((one) => one.name))]).then(
        ({ widgets }) => batch.asked.forEach((one) => (widgets[one.name] ? one.done(widgets[one.name]!) : one.fail(new ApiError(404, {})))),
        (error: unknown) => batch.asked.forEach((one) => one.fail(error)),
      );
    }, 0);
  });
}
