/** The English of "something is wrong with this". */
import { html, type Content, type Html } from "#platform";

export const QUERY = {
  said: (when: Html, by: string, kind: string): Html => html`Queried on ${when} by ${by}: ${kind}`,
  heading: "Is something wrong with it?",
  notAnswered: (owner: string): string => `${owner} has not answered yet.`,
  answered: (when: Html, by: string, answer: string, words: string): Html => html`<strong>Answered</strong> on ${when} by ${by}: ${answer}. ${words}`,
  hints: { "wrong-fact": "What it says is not so.", "wrong-merge": "It stands in one row with something else.", "out-of-date": "It was so, and is no more.", duplicate: "The same thing was recorded twice." },
  goesTo: (owner: string, notSame: Content): Html => html`Goes to ${owner}, whose data it is. The entry stays as it is and says that you have queried it, with your name, until ${owner} has answered. If the whole record of a source is somebody else's, say ${notSame} instead: it is set apart at once.`,
  notSame: "that this is not the same person",
  kind: "What is wrong",
  words: "What is so, and how you know",
  faults: { kind: "Say what is wrong", words: "Say what is so, in a few words" },
  send: (owner: string): string => `Send to ${owner}`,
} as const;
