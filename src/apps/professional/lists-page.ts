/** A reader's own people: who is on their wards and with their teams now. Few fields, as find-a-person shows; nothing clinical. */
import type { FastifyRequest } from "fastify";
import type { LandingPart } from "#governance";
import { html, type Html } from "#platform";
import type { FoundPerson } from "./deps.ts";
import { peopleTable } from "./people-table.ts";
import { WORDS } from "./words/index.ts";

export type ListKind = "wards" | "caseload";

/** `since`: when they came to the ward or team; nothing of one whose record is not shared. */
export type ListedPerson = FoundPerson & { readonly unit: string | null; readonly professional: string | null; readonly since: Date | null };

/** What a reader chose of a list: one ward or team, those with whom they are named, or all. */
export type ListChoice = { readonly unit: string | null; readonly named: boolean; readonly all: boolean };

export type PeopleList = {
  readonly kind: ListKind;
  /** Wards or teams that have somebody now. */
  readonly units: readonly string[];
  readonly unit: string | null;
  /** Only those with whom the reader is named. */
  readonly isNamed: boolean;
  readonly hasNamed: boolean;
  /** The role may not know where protected people are: they stand on no list, whether or not there are any. */
  readonly hidesProtected: boolean;
  readonly people: readonly ListedPerson[];
  readonly limit: number;
  readonly more: boolean;
};

export type ListsDeps = {
  /** What the reader's first page holds, in its order. */
  readonly landing: (request: FastifyRequest) => readonly LandingPart[];
  /** The people of a reader's wards or teams now; `null` where their role has no such list. */
  readonly peopleList: (request: FastifyRequest, kind: ListKind, choice: ListChoice) => Promise<PeopleList | null>;
};

/** The field of the address that chooses a ward or team of a list. */
const FIELD: Readonly<Record<ListKind, string>> = { wards: "ward", caseload: "team" };
const MOST_LETTERS = 200;

/** What an address chooses of a list. */
export function choiceOf(kind: ListKind, query: Readonly<Record<string, unknown>>): ListChoice {
  const said = query[FIELD[kind]];
  const unit = typeof said === "string" && said !== "" && said.length <= MOST_LETTERS ? said : null;
  return { unit: unit === "*" ? null : unit, named: kind === "caseload" && query["named"] === "yes", all: unit === "*" };
}

/** One list with its choice of ward or team. `level`: 1 where it leads the page. */
export function listSection(list: PeopleList, now: Date, level: 1 | 2): Html {
  const { kind, units, unit, isNamed, hasNamed, people, more, limit } = list;
  const words = WORDS.lists[kind];
  const id = `l-${kind}`;
  const choice = (href: string, text: string, isChosen: boolean): Html => html`<li><a href="${href}#${id}"${isChosen ? html` aria-current="true"` : null}>${text}</a></li>`;
  const choices = units.length + Number(hasNamed) < 2 ? null : html`<nav aria-label="${words.choose}"><ul class="chips">${hasNamed && choice("/?named=yes", words.naming, isNamed)}${choice(`/?${FIELD[kind]}=*`, words.all, unit === null && !isNamed)}${units.map((each) => choice(`/?${FIELD[kind]}=${encodeURIComponent(each)}`, each, each === unit))}</ul></nav>`;
  const title = isNamed ? words.namingTitle : unit === null ? words.title : `${words.title}: ${unit}`;
  const heading = level === 1 ? html`<h1 class="h1" id="h-${id}">${title}</h1>` : html`<h2 class="h2" id="h-${id}">${title}</h2>`;
  return html`<section id="${id}" aria-labelledby="h-${id}">${heading}${choices}<p class="hint">${more ? WORDS.lists.newest(limit) : WORDS.lists.count(people.length)} ${WORDS.lists.from}${list.hidesProtected && ` ${WORDS.lists.protectedPeople}`}</p>${people.length === 0 ? html`<p class="said said--grey">${words.none}</p>` : peopleTable(people, title, now)}</section>`;
}
