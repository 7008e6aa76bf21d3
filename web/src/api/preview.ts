/** Looking through the eyes of a role or a person: every question is asked with this until the bar is left. */
export interface Preview {
  /** `role:sales` or `user:<id>`. */
  of: string;
  label: string;
  /** Whether there was a draft then, which is not looked at. */
  drafted?: boolean;
}

const KEY = 'verstak.preview';

export function currentPreview(): Preview | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Preview | null;
  } catch {
    return null;
  }
}

/** Begins to look; the page is loaded anew, so that nothing of one's own rights is left on it. */
export function startPreview(preview: Preview) {
  sessionStorage.setItem(KEY, JSON.stringify(preview));
  location.assign('/');
}

export function endPreview() {
  sessionStorage.removeItem(KEY);
  location.assign('/studio/access');
}
