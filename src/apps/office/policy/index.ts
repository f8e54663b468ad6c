/**
 * The policy office: what is in force and who approved it, what each role sees, why
 * somebody was refused, and what a change of policies would flip. Nothing is changed
 * here: a policy goes live with the region pack that a named person has approved.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { compareSets, policiesOf, type AccessFacts } from "#access";
import type { AuditAction } from "#audit";
import type { Actor, Purpose } from "#decision";
import type { Region } from "#governance";
import { findPerson } from "#identity";
import { CONTENT_SECURITY_POLICY, html, isCsrfToken, isRefusal, refuse, render, uuidv7, type Html, type Refusal, type Shell } from "#platform";
import type { Shown } from "#sections";
import { parseNhsNumber } from "#standards";
import { acceptForms, enterOffice, routeOf, send, type Entered, type Form, type Office, type OfficeDeps } from "../officer.ts";
import { changePage, type Compared } from "./change-page.ts";
import { inForcePage } from "./in-force-page.ts";
import { previewForm } from "./preview-form.ts";
import { whyPage, type Why } from "./why-page.ts";

/** A role at an organisation, for a purpose. */
export type RoleAt = { readonly role: string; readonly organisation: string; readonly purpose: Purpose };

export type PolicyOfficeDeps = OfficeDeps & {
  /** The summary as the role would see it, or the refusal that it would get. */
  previewRole(request: FastifyRequest, shell: Shell, officer: Actor, personId: string, as: RoleAt): Promise<{ readonly html: Html; readonly shown: Shown; readonly sourcePatientIds: readonly string[] } | Refusal>;
  /** What a decision of this professional about this person would be made from; `null`: there is no such person. */
  factsFor(actor: Actor, personId: string): Promise<AccessFacts | null>;
};

/** What an officer does here, and for which purpose. */
export type PolicyRight = { readonly purpose: "administration" | "audit"; readonly mayAskWhy: boolean };

const RIGHTS: Readonly<Record<string, PolicyRight>> = { "privacy-officer": { purpose: "audit", mayAskWhy: true }, "system-administrator": { purpose: "administration", mayAskWhy: false } };
const OFFICE: Office<PolicyRight> = { home: "/office/policy", page: "policy office", isFor: "The policy office is for privacy officers and system administrators.", rightOf: (actor) => RIGHTS[actor.role], purposeOf: ({ purpose }) => purpose };

/** NHS numbers of test patients begin so; they are never given to anybody. A preview opens nobody else. */
const DEMONSTRATION = /^999/;

/** A policy file longer than this is none. */
const MOST_TEXT = 100_000;

export function policyOffice(app: FastifyInstance, deps: PolicyOfficeDeps): void {
  acceptForms(app);
  const { region, access } = deps;
  const enter = (request: FastifyRequest, reply: FastifyReply): Promise<Entered<PolicyRight> | null> => enterOffice(deps, OFFICE, request, reply);
  const audit = (request: FastifyRequest, { actor, right }: Entered<PolicyRight>, personId: string, action: AuditAction, shown: Readonly<Record<string, unknown>>, sourcePatients: readonly string[] = []): Promise<string> =>
    deps.audit.write({ personId, actor, purpose: right.purpose, action, outcome: "allowed", relationship: actor.roleName, reason: null, policy: "policy office", route: routeOf(request), requestId: uuidv7(), sourcePatients, shown });

  app.get("/office/policy", async (request, reply) => {
    const entered = await enter(request, reply);
    if (entered === null) return reply;
    return send(reply, 200, entered.shell, "Access policy", inForcePage(region, policiesOf(region), entered.right));
  });

  // -- what a role sees --------------------------------------------------------

  app.get("/office/policy/roles", async (request, reply) => {
    const entered = await enter(request, reply);
    if (entered === null) return reply;
    return send(reply, 200, entered.shell, "What a role sees", previewForm(region, entered.shell, null));
  });

  app.post<{ Body: Form }>("/office/policy/roles", async (request, reply) => {
    const entered = await enter(request, reply);
    if (entered === null) return reply;
    const wrong = (refusal: Refusal): FastifyReply => send(reply, 400, entered.shell, "Error: What a role sees", previewForm(region, entered.shell, refusal));
    if (!isCsrfToken(entered.session, request.body?.["_csrf"])) return wrong(formExpired());
    const person = await demonstrationPerson(deps, request.body?.["nhsNumber"]);
    if (isRefusal(person)) return wrong(person);
    const as = chosenRole(region, request.body);
    if (isRefusal(as)) return wrong(as);
    const previewed = await deps.previewRole(request, entered.shell, entered.actor, person, as);
    const asked = { role: as.role, organisation: as.organisation, purpose: as.purpose };
    if (isRefusal(previewed)) {
      await audit(request, entered, person, "role-preview", { ...asked, refused: previewed.code });
      return send(reply, 200, entered.shell, "What a role sees", html`<h1 class="h1">${nameOf(region, as)} would be refused</h1><p>${previewed.message}</p><p><a href="/office/policy/roles">Choose again</a></p>`);
    }
    await audit(request, entered, person, "role-preview", { ...asked, sections: previewed.shown.sections, items: previewed.shown.entryIds.length }, previewed.sourcePatientIds);
    return reply.code(200).type("text/html; charset=utf-8").header("content-security-policy", CONTENT_SECURITY_POLICY).header("cache-control", "no-store").send(render(previewed.html));
  });

  // -- why somebody was refused ------------------------------------------------

  const mayAskWhy = async (request: FastifyRequest, reply: FastifyReply): Promise<Entered<PolicyRight> | null> => {
    const entered = await enter(request, reply);
    if (entered === null || entered.right.mayAskWhy) return entered;
    send(reply, 403, entered.shell, "Not for your role", html`<h1 class="h1">Not for your role</h1><p>Why a professional was refused a person's record is for the privacy officer of their organisation.</p><p><a href="/office/policy">Access policy</a></p>`);
    return null;
  };

  app.get("/office/policy/why", async (request, reply) => {
    const entered = await mayAskWhy(request, reply);
    if (entered === null) return reply;
    return send(reply, 200, entered.shell, "Why was this refused", whyPage(region, entered.actor, entered.shell, null, null));
  });

  app.post<{ Body: Form }>("/office/policy/why", async (request, reply) => {
    const entered = await mayAskWhy(request, reply);
    if (entered === null) return reply;
    const wrong = (refusal: Refusal): FastifyReply => send(reply, 400, entered.shell, "Error: Why was this refused", whyPage(region, entered.actor, entered.shell, null, refusal));
    if (!isCsrfToken(entered.session, request.body?.["_csrf"])) return wrong(formExpired());
    const number = parseNhsNumber(request.body?.["nhsNumber"] ?? "");
    if (!number.ok) return wrong(refuse("invalid", "office.nhs-number", "Enter a valid NHS number of ten digits.", { field: "nhsNumber" }));
    const who = colleague(region, entered.actor, request.body?.["profile"] ?? "");
    if (isRefusal(who)) return wrong(who);
    const found = await findPerson(deps.search, { nhsNumber: number.value });
    if (isRefusal(found) || found.people.length === 0) return wrong(noSuchPerson());
    const { personId } = found.people[0]!;
    const facts = await deps.factsFor(who.actor, personId);
    if (facts === null) return wrong(noSuchPerson());
    const explanation = access.explain({ actor: who.actor, purpose: who.purpose, assurance: region.rules.minimumAssurance, launch: null }, facts);
    const why: Why = { professional: who.actor, purpose: who.purpose, explanation };
    await audit(request, entered, personId, "access-explained", { professional: who.actor.id, purpose: who.purpose }, facts.sourcePatients.map((each) => each.sourcePatientId));
    return send(reply, 200, entered.shell, "Why was this refused", whyPage(region, entered.actor, entered.shell, why, null));
  });

  // -- what a change would flip --------------------------------------------------

  app.get<{ Querystring: { file?: string } }>("/office/policy/change", async (request, reply) => {
    const entered = await enter(request, reply);
    if (entered === null) return reply;
    return send(reply, 200, entered.shell, "Try a change", changePage(region, entered.shell, fileNamed(region, request.query.file), null));
  });

  app.post<{ Body: Form }>("/office/policy/change", async (request, reply) => {
    const entered = await enter(request, reply);
    if (entered === null) return reply;
    const file = fileNamed(region, request.body?.["file"]);
    const text = (request.body?.["text"] ?? "").replaceAll("\r\n", "\n").slice(0, MOST_TEXT);
    const compared: Compared = isCsrfToken(entered.session, request.body?.["_csrf"]) ? compare(region, file.name, text) : { text, faults: [formExpired().message], flips: [] };
    return send(reply, compared.faults.length > 0 ? 400 : 200, entered.shell, "Try a change", changePage(region, entered.shell, file, compared));
  });
}

const noSuchPerson = (): Refusal => refuse("not-found", "office.no-such-person", "No person here has this NHS number.", { field: "nhsNumber" });
const formExpired = (): Refusal => refuse("forbidden", "office.form-token", "This form is out of date. Try again.");

const fileNamed = (region: Region, name: string | undefined): Region["policies"]["files"][number] => region.policies.files.find((file) => file.name === name) ?? region.policies.files[0]!;

/** The region with one policy file in other words, against the one in force. */
function compare(region: Region, name: string, text: string): Compared {
  const changed: Region = { ...region, policies: { ...region.policies, files: region.policies.files.map((file) => (file.name === name ? { name, text } : file)) } };
  try {
    return { text, faults: [], flips: compareSets(policiesOf(region), policiesOf(changed)) };
  } catch (error) {
    return { text, faults: (error as Error).message.split("\n"), flips: [] };
  }
}

/** A person of the demonstration by NHS number; anybody else's record is opened by no preview. */
async function demonstrationPerson(deps: OfficeDeps, text: string | undefined): Promise<string | Refusal> {
  const number = parseNhsNumber(text ?? "");
  if (!number.ok) return refuse("invalid", "office.nhs-number", "Enter a valid NHS number of ten digits.", { field: "nhsNumber" });
  if (!DEMONSTRATION.test(number.value)) return refuse("forbidden", "policy.not-demonstration", "A preview opens people of the demonstration only: their NHS numbers begin with 999.", { field: "nhsNumber" });
  const found = await findPerson(deps.search, { nhsNumber: number.value });
  return isRefusal(found) || found.people.length === 0 ? noSuchPerson() : found.people[0]!.personId;
}

function chosenRole(region: Region, body: Form): RoleAt | Refusal {
  const [role, purpose] = (body?.["role"] ?? "").split(" ");
  const found = region.role(role ?? "");
  const organisation = region.organisation(body?.["organisation"] ?? "");
  if (found === undefined || !(found.purposes as readonly string[]).includes(purpose ?? "")) return refuse("invalid", "policy.no-role", "Choose a role.", { field: "role" });
  if (organisation === undefined) return refuse("invalid", "policy.no-organisation", "Choose where the professional works.", { field: "organisation" });
  return { role: found.id, organisation: organisation.odsCode, purpose: purpose as Purpose };
}

const nameOf = (region: Region, { role, organisation }: RoleAt): string => `${region.role(role)?.name ?? role} at ${region.organisation(organisation)?.name ?? organisation}`;

/** A professional of the officer's own organisation in one of their roles there, and the purpose of it. */
function colleague(region: Region, officer: Actor, key: string): { actor: Actor; purpose: Purpose } | Refusal {
  const [uid, profileId] = key.split(" ");
  const professional = region.professional(uid ?? "");
  const profile = professional?.profiles.find((each) => each.id === profileId && each.organisation === officer.organisation);
  const role = profile && region.role(profile.role);
  if (professional === undefined || profile === undefined || role === undefined || role.purposes[0] === undefined) return refuse("invalid", "policy.no-professional", "Choose a professional of your organisation.", { field: "profile" });
  const actor: Actor = { id: professional.uid, name: professional.name, role: role.id, roleName: role.name, sourceRole: profile.sourceRole, organisation: profile.organisation, organisationName: officer.organisationName, sessionId: uuidv7() };
  return { actor, purpose: role.purposes[0] };
}

