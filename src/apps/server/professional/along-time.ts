/** The record of one opened person along time. */
import { openRecord, readHeld, readPeriod } from "#record";
import type { ProfessionalDeps } from "../../professional/index.ts";
import type { Rooms } from "./rooms.ts";

export function timelineDeps({ pages }: Rooms): Pick<ProfessionalDeps, "held" | "period"> {
  return {
    held: (_request, person, sections) => openRecord(pages, person.decision, (sql) => readHeld(sql, person.decision, sections)),
    period: (_request, person, query) => openRecord(pages, person.decision, (sql) => readPeriod(sql, person.decision, query)),
  };
}
