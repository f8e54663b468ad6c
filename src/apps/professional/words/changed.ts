/** The English of what came since a moment. */
import { html, type Content, type Html } from "#platform";

export const CHANGED = {
  periods: { "7d": "7 days", "30d": "30 days", "90d": "90 days", "1y": "1 year" },
  sinceOpened: (organisation: string): string => `since ${organisation} last opened it`,
  sinceWhen: "Since when",
  received: (since: Html, what: Content): Html => html`Received since ${since}: ${what}.`,
  newest: (entries: string): string => `the newest ${entries}`,
  notYetSent: "What a source has not sent yet is not here.",
  caption: (many: string): string => `New or changed ${many}`,
} as const;
