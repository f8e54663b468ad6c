/** Routes of pages that are about care as a whole: who is involved, and a child's birth with the way to the mother. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { maySee } from "#decision";
import { careTeamOf, isPositive, sectionPart, stands } from "#sections";
import type { SectionId } from "#standards";
import { categoryOf, mergeKindOf } from "./categories.ts";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { birthLead } from "./lead.ts";
import { limitOf, listPage } from "./list-page.ts";
import { peoplePage } from "./people-page.ts";

export type CareDeps = {
  /** A telephone number of an organisation as the register has it, for whom to contact; `null` where there is none. */
  readonly phoneOf: (odsCode: string) => string | null;
  /** The record of the mother whom a child's own record names by NHS number, where it would open for this reader at this moment; `null` in every other case, which all look alike. */
  readonly motherOf: (request: FastifyRequest, person: OpenPerson, contactIds: readonly string[]) => Promise<string | null>;
};

/** Care teams, services and contacts are read whole: joining and marking must not depend on where a page ends. */
const WHOLE = 200;
const IS_MOTHER = /\b(?:birth )?mother\b/i;
const IS_CARER = /\bcarer/i;

export function careRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record, rows, removals }: RecordDoors): void {
  app.get<PersonRoute>("/person/:personId/people", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const sections = ["professional-contacts", "services", "admissions", "personal-contacts", "legal-information", "assessments", "contingency-plans"] as const satisfies readonly SectionId[];
      const pages = await rows(request, person, sections.map((section) => ({ section, limit: WHOLE, current: true })));
      const of = (section: (typeof sections)[number]) => pages[sections.indexOf(section)]!;
      const now = deps.now();
      const admissions = of("admissions").entries.filter((entry) => stands(entry, now) && entry.status !== "planned" && entry.line.professional !== undefined);
      const part = (section: (typeof sections)[number]) => sectionPart(inputs, section, of(section), mergeKindOf(section));
      return {
        page: peoplePage(context, {
          team: careTeamOf([...of("professional-contacts").entries, ...of("services").entries, ...admissions].filter(isPositive), now),
          professional: [part("professional-contacts"), part("services")],
          personal: part("personal-contacts"),
          attorneys: of("legal-information").entries.filter((entry) => entry.line.decision === "lpa" && stands(entry, now)),
          carerSupport: [...of("assessments").entries, ...of("contingency-plans").entries].filter((entry) => IS_CARER.test(entry.display) || /\bI cannot care\b/i.test(entry.display)),
        }),
        name: "people",
      };
    }),
  );

  app.get<PersonRoute>("/person/:personId/birth", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const category = categoryOf("birth")!;
      const [pages, [contacts], removed] = await Promise.all([
        rows(request, person, category.sections.map((own) => ({ section: own.section, limit: limitOf(category, own) }))),
        rows(request, person, [{ section: "personal-contacts", limit: WHOLE }]),
        removals(request, person, category.sections.map(({ section }) => section)),
      ]);
      const mothers = maySee(person.decision, "personal-contacts") ? contacts!.entries.filter((entry) => IS_MOTHER.test(entry.line.relationship ?? "") && entry.status !== "entered-in-error") : [];
      const mother = mothers.length === 0 ? null : await deps.motherOf(request, person, mothers.map((entry) => entry.id));
      return { page: listPage(context, inputs, category, pages, removed, false, birthLead(context, mothers, mother)), name: "birth" };
    }),
  );
}
