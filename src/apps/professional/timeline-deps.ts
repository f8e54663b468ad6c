/** What the timeline needs from the rest of the product. */
import type { FastifyRequest } from "fastify";
import type { Held, Period, PeriodQuery } from "#record";
import type { SectionId } from "#standards";
import type { OpenPerson } from "./deps.ts";

export type TimelineDeps = {
  /** All that this reader may see of the sections, by section and source patient, whatever the period. */
  readonly held: (request: FastifyRequest, person: OpenPerson, sections: readonly SectionId[]) => Promise<readonly Held[]>;
  /** What lies in a period; the answer keeps to the decision. */
  /** What there is in records in doubt that this reader sees all the same: what protects the person. */
  readonly heldInDoubt: (request: FastifyRequest, person: OpenPerson) => Promise<readonly Held[]>;
  readonly period: (request: FastifyRequest, person: OpenPerson, query: PeriodQuery) => Promise<Period>;
};
