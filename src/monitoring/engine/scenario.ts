/** Words for tests: a few people at work, told in days and hours, and what the engine says of them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assess, type Assessed } from "./assess.ts";
import { ACT, FLAG, NEVER, type Act, type CareKind } from "./columns.ts";
import { gather, type CareFacts, type AccessFacts, type PersonFacts, type PostingFacts, type StaffFacts } from "./gather.ts";
import { rulesIn, type RuleId } from "./rule-names.ts";
import { readSettings, type Settings } from "./settings.ts";

const read = readSettings(JSON.parse(readFileSync(fileURLToPath(new URL("../../../regions/kent-medway/monitoring/settings.json", import.meta.url)), "utf8")));
if (!read.ok) throw new Error(read.faults.join("\n"));
export const SETTINGS: Settings = read.settings;

const DAY = 86_400;
/** Noon of the first day; `day(3)` is noon of the fourth. */
export const START = Date.UTC(2026, 8, 1, 12) / 1000;
export const day = (days: number, hours = 0): number => START + Math.round(days * DAY + hours * 3600);

type Who = Partial<StaffFacts> & Partial<Omit<PostingFacts, "id" | "professional">>;
type Whom = Partial<PersonFacts>;

/** A story: who works where, who is who, what care there was, who looked. */
export class Story {
  readonly #staff: StaffFacts[] = [];
  readonly #postings: PostingFacts[] = [];
  readonly #persons: PersonFacts[] = [];
  readonly #care: CareFacts[] = [];
  readonly #accesses: AccessFacts[] = [];

  /** A professional; a nurse of ward 1 at RVV where nothing else is said. */
  works(id: string, more: Who = {}): this {
    this.#staff.push({ id, ownPerson: null, surname: 0, postcode: 0, household: 0, phone: 0, leftAt: NEVER, trainedUntil: NEVER, rota: [], ...more });
    this.#postings.push({ id, professional: id, organisation: "RVV", unit: "ward-1", role: "hospital-nurse", ...more });
    return this;
  }
  person(id: string, more: Whom = {}): this {
    this.#persons.push({ id, surname: 0, postcode: 0, household: 0, phone: 0, born: START - 50 * 365 * DAY, diedAt: NEVER, wellKnown: false, objectedAt: NEVER, barred: [], contactPhones: [], ...more });
    return this;
  }
  care(person: string, kind: CareKind, start: number, end: number = NEVER, more: Partial<CareFacts> = {}): this {
    this.#care.push({ person, kind, organisation: "RVV", unit: "ward-1", professional: null, start, end, ...more });
    return this;
  }
  looks(who: string, person: string | null, at: number, act: Act = "open", flags: readonly (keyof typeof FLAG)[] = [], device = 0): this {
    this.#accesses.push({ id: String(this.#accesses.length), posting: who, person, at, act: ACT[act], flags: flags.reduce((sum, each) => sum | FLAG[each], 0), device });
    return this;
  }

  assessed(now = day(400)): { assessed: Assessed; /** Rules that fired on the access that was told as the n-th, from 0. */ rules(nth: number): RuleId[]; score(nth: number): number; explainedBy(nth: number): string } {
    const gathered = gather({ accesses: this.#accesses, staff: this.#staff, postings: this.#postings, persons: this.#persons, care: this.#care, oneTeam: new Set(["G82060"]), houseServices: new Set(SETTINGS.houseServices), childRoles: new Set(SETTINGS.childRoles) });
    const assessed = assess(gathered.accesses, gathered.context, gathered.places, gathered.roles, SETTINGS, { now, dayStart: 0, customs: null });
    const rowOf = (nth: number): number => gathered.accessIds.indexOf(String(nth));
    return {
      assessed,
      rules: (nth) => rulesIn(assessed.fired[rowOf(nth)]!),
      score: (nth) => assessed.score[rowOf(nth)]!,
      explainedBy: (nth) => {
        const by = assessed.explained.by[rowOf(nth)]!;
        return by === 0 ? "nothing" : by === 254 ? "consultation" : by === 255 ? "repeat" : `${SETTINGS.explanations[by - 1]!.care} ${SETTINGS.explanations[by - 1]!.nearness}`;
      },
    };
  }
}

