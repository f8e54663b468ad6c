/**
 * What every route of the record goes through: opening a person under one
 * decision, rows within it, one way to refuse, and one way out that sends
 * person data only after its audit entry is durable.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { may, maySee, type Action } from "#decision";
import { CONTENT_SECURITY_POLICY, encode, isRefusal, isUuid, refuse, type Html, type Refusal } from "#platform";
import type { Removal } from "#record";
import { isPositive, rowIsCurrent, sectionPart, severestFirst, type PersonInputs } from "#sections";
import { isSectionId, type SectionId } from "#standards";
import { inputsOf, removedSince, type AuditedAnswer, type OpenPerson, type ProfessionalDeps, type RowsPage, type RowsQuery } from "./deps.ts";
import { refusalPage, statusOf } from "./error-pages.ts";
import { contextOf } from "./record-context.ts";
import type { RecordContext, RecordPage } from "./record-page.ts";

/** What drawing one page comes to: a page, or why there is none. */
export type Handled = { readonly refusal: Refusal; readonly itemId?: string } | { readonly page: RecordPage; readonly name: string; readonly action?: Action; readonly searched?: string };

/** A person as the pages of the record start from them. */
export type Opened = { readonly person: OpenPerson; readonly inputs: PersonInputs; readonly context: RecordContext };

export type PersonRoute = { Params: { personId: string } };

/** `whole`: with allergies and needs in the banner; `without-lists` where the page lists them itself. */
export type Banner = "whole" | "without-lists";

const BANNER: readonly RowsQuery[] = [{ section: "allergies", limit: 500 }, { section: "individual-requirements", limit: 20 }];

export type RecordDoors = ReturnType<typeof doorsOf>;

export function doorsOf(deps: ProfessionalDeps) {
  /** The only way out of pages. */
  async function leave(request: FastifyRequest, reply: FastifyReply, status: number, page: Html, answer: AuditedAnswer | null): Promise<FastifyReply> {
    const bytes = encode(page);
    if (answer !== null) await deps.audited(request, answer, bytes);
    return reply
      .code(status)
      .type("text/html; charset=utf-8")
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .header("x-content-type-options", "nosniff")
      .header("referrer-policy", "same-origin")
      .header("cache-control", "no-store")
      .send(bytes);
  }

  async function refused(request: FastifyRequest, reply: FastifyReply, given: Refusal): Promise<FastifyReply> {
    const personId = (request.params as Record<string, string> | undefined)?.["personId"];
    const refusal = given.details?.["obligation"] === "vital-interests" && personId !== undefined ? { ...given, details: { ...given.details, override: `/person/${personId}/objection/override` } } : given;
    // A bookmark or an audit entry of a record that was joined with another leads to that one, which is then decided and audited by itself.
    if (refusal.code === "identity.joined" && request.method === "GET") return reply.header("cache-control", "no-store").redirect(`/person/${String(refusal.details?.["personId"])}`, 303);
    return leave(request, reply, statusOf(refusal), refusalPage(deps.shell(request), refusal), null);
  }

  /** Steps 2 and 3 of the journey, and what every record page carries. */
  async function open(request: FastifyRequest, personId: string, banner: Banner, ahead: readonly RowsQuery[] = []): Promise<Opened | Refusal> {
    if (!isUuid(personId)) return refuse("not-found", "pages.no-such-person", "");
    const person = await deps.openPerson(request, personId, banner === "whole" ? [...BANNER, ...ahead] : ahead);
    if (isRefusal(person)) return person;
    if (!may(person.decision, "view")) return refuse("forbidden", "pages.may-not-view", "Your role may not view this record.", { policy: person.decision.policy });
    const now = deps.now();
    const inputs = inputsOf(person, now);
    const lists = banner === "whole" ? await rows(request, person, BANNER) : [];
    const [allergies, needs] = lists;
    const part = allergies === undefined ? null : sectionPart(inputs, "allergies", allergies, "allergies");
    const context = contextOf(deps, deps.shell(request), person, inputs, { allergies: part === null ? null : { headline: part.headline, rows: severestFirst(part.rows.filter(rowIsCurrent)) }, needs: (needs?.entries ?? []).filter(isPositive) });
    return { person, inputs, context };
  }

  /** Rows of the sections that the reader may see; the others are not even asked for. */
  async function rows(request: FastifyRequest, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly RowsPage[]> {
    const allowed = queries.filter(({ section }) => maySee(person.decision, section));
    const answers = allowed.length === 0 ? [] : await deps.rows(request, person, allowed);
    return queries.map((query) => answers[allowed.indexOf(query)] ?? { section: query.section, total: 0, entries: [], newest: null, heldBy: [], next: null });
  }

  /** What sources took back of these sections, while the region's rule says that a page tells of it. */
  const removals = (request: FastifyRequest, person: OpenPerson, sections: readonly SectionId[]): Promise<readonly Removal[]> => deps.removals(request, person, sections.filter((section) => maySee(person.decision, section)), removedSince(deps.now(), deps.removedShownDays));

  /** An item that is not there; where the page says what it was, that is on record like any other answer. */
  async function notThere(request: FastifyRequest, reply: FastifyReply, { person, context }: Opened, refusal: Refusal, itemId: string): Promise<FastifyReply> {
    const section = refusal.details?.["section"];
    if (refusal.kind !== "gone" || typeof section !== "string" || !isSectionId(section)) return refused(request, reply, refusal);
    context.shown.entry({ id: itemId, section });
    return leave(request, reply, statusOf(refusal), refusalPage(deps.shell(request), refusal), { ...context.shown.done(), action: "view", page: "removed-item", decision: person.decision, personIds: [person.decision.personId] });
  }

  /** Why a record did not open; where stating a reason would open it, the page that asks for one. */
  async function notOpened(request: FastifyRequest, reply: FastifyReply, personId: string, refusal: Refusal): Promise<FastifyReply> {
    return refusal.details?.["obligation"] === "reason-required" ? reply.redirect(`/person/${personId}/reason`, 303) : refused(request, reply, refusal);
  }

  /** Draws one record page, or says why not; a missing relationship leads to the page that asks for a reason. `ahead`: rows that it asks for by the same queries. */
  async function record(request: FastifyRequest, reply: FastifyReply, personId: string, banner: Banner, draw: (opened: Opened) => Promise<Handled>, ahead: readonly RowsQuery[] = []): Promise<FastifyReply> {
    const opened = await open(request, personId, banner, ahead);
    if (isRefusal(opened)) return notOpened(request, reply, personId, opened);
    const handled = await draw(opened);
    if ("refusal" in handled) return notThere(request, reply, opened, handled.refusal, handled.itemId ?? "");
    return leave(request, reply, 200, handled.page.html, {
      ...handled.page.shown,
      action: handled.action ?? "view",
      page: handled.name,
      ...(handled.searched !== undefined && { searched: handled.searched }),
      decision: opened.person.decision,
      doubted: opened.person.doubted,
      personIds: [opened.person.decision.personId],
    });
  }

  return { leave, refused, open, notOpened, rows, removals, notThere, record };
}

/** What the audit entry says of a page that shows few fields of several people. */
export function several(action: Action, page: string, people: readonly { readonly personId: string }[]): AuditedAnswer {
  return { action, page, decision: null, personIds: people.map(({ personId }) => personId), sections: people.length === 0 ? [] : ["person-demographics"], entryIds: [], states: [] };
}
