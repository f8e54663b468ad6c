/** The summary of a person as one role would see it: for the policy office, on people of the demonstration (REC-45). */
import type { FastifyRequest } from "fastify";
import { maySee } from "#decision";
import type { Shell } from "#platform";
import { summaryOf, SUMMARY_SECTIONS, type SectionRows } from "#sections";
import type { SectionId } from "#standards";
import { inputsOf, type OpenPerson, type ProfessionalDeps } from "./deps.ts";
import { contextOf } from "./record-context.ts";
import type { RecordPage } from "./record-page.ts";
import { summaryPage } from "./summary-page.ts";

/** Its links lead nowhere: what else a role sees is previewed by choosing another role, not by walking on. */
export async function rolePreview(deps: Pick<ProfessionalDeps, "now" | "phoneOf" | "sharedRecord" | "ownRecord" | "sensitive" | "shortName" | "summaryView" | "rows">, request: FastifyRequest, shell: Shell, person: OpenPerson): Promise<RecordPage> {
  const inputs = inputsOf(person, deps.now());
  const queries = SUMMARY_SECTIONS.filter(({ section }) => maySee(person.decision, section));
  const pages = await deps.rows(request, person, queries);
  const bySection = new Map<SectionId, SectionRows>(SUMMARY_SECTIONS.map(({ section }) => [section, pages[queries.findIndex((query) => query.section === section)] ?? { section, total: 0, entries: [], newest: null, heldBy: [] }]));
  const summary = summaryOf({ ...inputs, rows: bySection, lastOpenedByOrganisation: null, changedSince: [], view: deps.summaryView(person.decision.actor.role) });
  return summaryPage(contextOf(deps, shell, person, inputs, { allergies: null, needs: summary.needs }, "#preview"), summary);
}
