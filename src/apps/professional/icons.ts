/** Four shapes, so that no state is told by colour alone. Each stands beside words, so none is read out. */
import { html, trusted, type Html } from "#platform";

export type IconName = "warn" | "tick" | "lock" | "dash" | "up" | "down";

/** Drawn once a page; `icon` points to it. */
export const sprite: Html = trusted(
  `<svg class="sprite" aria-hidden="true" width="0" height="0"><symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 1 16 15H0Z"/><path d="M7.2 6h1.6v4.6H7.2zM7.2 11.6h1.6v1.7H7.2z" class="i-in"/></symbol><symbol id="i-tick" viewBox="0 0 16 16"><path d="m6.2 13.4-5-5 1.8-1.8 3.2 3.2L13 3l1.8 1.8z"/></symbol><symbol id="i-lock" viewBox="0 0 16 16"><path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7Zm2 0h4V5a2 2 0 0 0-4 0z"/></symbol><symbol id="i-dash" viewBox="0 0 16 16"><path d="M3 7h10v2H3z"/></symbol><symbol id="i-up" viewBox="0 0 16 16"><path d="M8 2 14 10H10V14H6V10H2Z"/></symbol><symbol id="i-down" viewBox="0 0 16 16"><path d="M8 14 2 6H6V2H10V6H14Z"/></symbol></svg>`,
);

const made = new Map<IconName, Html>();

/** One icon. */
export function icon(name: IconName): Html {
  let one = made.get(name);
  if (one === undefined) {
    one = html`<svg class="i i--${name}" aria-hidden="true" focusable="false"><use href="#i-${name}"/></svg>`;
    made.set(name, one);
  }
  return one;
}
