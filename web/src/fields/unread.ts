/** What was typed and cannot be read as a value of its field. It stays in the place of the value, with what is wrong, until it is mended; it is never sent. */
export class Unread {
  constructor(readonly text: string, readonly problem: string) {}

  toString() {
    return this.text;
  }
}

/** What is wrong with fields whose text cannot be read. */
export const unreadIn = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value instanceof Unread ? [[name, value.problem]] : [])));
