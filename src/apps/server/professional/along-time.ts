/** The record of one opened person along time. */
import { openRecord, readHeld, readPeriod } from "#record";
import type { ProfessionalDeps } from "../../professional/index.ts";
import { doubtfulDecision } from "./opened.ts";
import type { Rooms } from "./rooms.ts";

export function timelineDeps({ pages }: Rooms): Pick<ProfessionalDeps, "held" | "heldInDoubt" | "period"> {
  return {
    held: (_request, person, sections) => openRecord(pages, person.decision, (sql) => readHeld(sql, person.decision, sections)),
    heldInDoubt: (_request, person) => {
      const doubtful = doubtfulDecision(person);
      return doubtful === null ? Promise.resolve([]) : openRecord(pages, doubtful, (sql) => readHeld(sql, doubtful, [...doubtful.sections]));
    },
    period: (_request, person, query) => openRecord(pages, person.decision, (sql) => readPeriod(sql, person.decision, query)),
  };
}
