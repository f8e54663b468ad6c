/** Routes of referrals: the list with how far each came, and one followed step by step (PUR-04). */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isRefusal, refuse, type Refusal } from "#platform";
import type { Entry } from "#record";
import { courseOfEntry, coursesOf, sectionPart, type Item } from "#sections";
import type { SectionId } from "#standards";
import { categoryOf } from "./categories.ts";
import type { OpenPerson, ProfessionalDeps } from "./deps.ts";
import type { PersonRoute, RecordDoors } from "./doors.ts";
import { limitOf, listPage } from "./list-page.ts";
import { referralPage, stepsByEntry } from "./referral-page.ts";

export type ReferralDeps = {
  /** Rows that say which request or appointment they follow, newest first, as far as the reader may see them. */
  readonly following: (request: FastifyRequest, person: OpenPerson) => Promise<readonly Entry[]>;
};

/** Referrals of a person that are looked through for one another. */
const MOST_REFERRALS = 200;
/** Sections that tell of steps; of the others a few rows are read, to know which sources answered. */
const TELLING = ["referrals", "appointments", "contacts"] as const satisfies readonly SectionId[];
const COVERAGE_LIMIT = 20;

export function referralRoutes(app: FastifyInstance, deps: ProfessionalDeps, { record, rows, removals, refused }: RecordDoors): void {
  app.get<PersonRoute & { Querystring: { before?: string } }>("/person/:personId/referrals", async (request, reply) => {
    const { before } = request.query;
    if (before !== undefined && (typeof before !== "string" || before.length > 300)) return refused(request, reply, refuse("invalid", "pages.bad-cursor", "The address does not name a page of this list."));
    return record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const category = categoryOf("referrals")!;
      const [pages, removed, following] = await Promise.all([rows(request, person, [{ section: "referrals", limit: limitOf(category, category.sections[0]!), ...(before === undefined ? {} : { before }) }]), removals(request, person, ["referrals"]), deps.following(request, person)]);
      const steps = stepsByEntry(context, coursesOf(pages[0]!.entries, following));
      return { page: listPage({ ...context, steps }, inputs, category, pages, removed, before !== undefined), name: "referrals" };
    });
  });

  app.get<{ Params: { personId: string; itemId: string } }>("/person/:personId/referral/:itemId", async (request, reply) =>
    record(request, reply, request.params.personId, "whole", async ({ person, inputs, context }) => {
      const { itemId } = request.params;
      const [pages, following] = await Promise.all([rows(request, person, TELLING.map((section) => ({ section, limit: section === "referrals" ? MOST_REFERRALS : COVERAGE_LIMIT }))), deps.following(request, person)]);
      const known = courseOfEntry(coursesOf(pages[0]!.entries, following), itemId);
      if (known === null) return { refusal: refuse("not-found", "pages.no-such-item", "") };
      const overwritten = [...known.entries, ...known.facts.map(({ entry }) => entry).filter(({ type }) => type === "Task")];
      const items = await Promise.all([...new Set(overwritten.map(({ id }) => id))].map((id) => deps.item(request, person, id)));
      const earlier = new Map(items.filter((item): item is Item => !isRefusal(item as Item | Refusal)).map((item) => [item.entry.id, item.versions]));
      const course = courseOfEntry(coursesOf(pages[0]!.entries, following, earlier), itemId)!;
      return { page: referralPage(context, course, TELLING.map((section, index) => sectionPart(inputs, section, pages[index]!, "each"))), name: "referral" };
    }),
  );
}
