/** One person's links: who is linked and why, what ever moved, taking records out, and who was shown them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listViewers } from "#audit";
import { findPerson, readHeldApart, readJournal, readLinks, readPerson, readPersonJournal, readSourcePatients, readSuccessors, splitPerson, staysOf, type SourcePatient } from "#identity";
import { html, isRefusal } from "#platform";
import { reasonOf, send, type Form } from "../officer.ts";
import { act, auditIdentity, enterIdentity, formFault, isTheirs, notTheirs, sendRefusal, type IdentityOfficeDeps, type IdentityOfficer } from "./officer.ts";
import { personPage } from "./person-page.ts";
import { isProtected } from "./sides.ts";

type PersonRoute = { Params: { personId: string }; Querystring: Record<string, unknown>; Body: Form };
type Opened = { officer: IdentityOfficer; personId: string; sourcePatients: readonly SourcePatient[] };

export function personRoutes(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  app.post<{ Body: Form }>("/office/identity/find", async (request, reply) => {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return reply;
    const nobody = (words: string): FastifyReply => send(reply, 404, officer.shell, "Not found", html`<h1 class="h1">Not found</h1><p>${words}</p><p><a href="/office/identity#find">Back to the list</a></p>`);
    const fault = formFault(officer, request.body, null, false);
    if (fault !== null) return nobody(fault);
    const found = await findPerson(deps.search, { nhsNumber: (request.body?.["nhsNumber"] ?? "").trim() });
    if (isRefusal(found)) return sendRefusal(reply, officer, found);
    const theirs = (await Promise.all(found.people.map(({ personId }) => readPerson(deps.pages, personId)))).filter((each) => each !== null && isTheirs(officer, each.sourcePatients));
    await auditIdentity(deps, request, officer, "search", theirs.flatMap((each) => each!.sourcePatients), { page: "find", found: theirs.length });
    const [first, ...more] = theirs;
    if (first === undefined || first === null) return nobody("No person whose links are yours to see has this NHS number.");
    if (more.length === 0) return reply.header("cache-control", "no-store").redirect(`/office/identity/person/${first.personId}`, 303);
    return send(reply, 200, officer.shell, "Several persons", html`<h1 class="h1">${theirs.length} persons have this NHS number</h1><ul>${theirs.map((each, index) => html`<li><a href="/office/identity/person/${each!.personId}">Person ${index + 1}: ${each!.sourcePatients.length} ${each!.sourcePatients.length === 1 ? "record" : "records"}</a></li>`)}</ul>`);
  });

  app.get<PersonRoute>("/office/identity/person/:personId", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : show(request, reply, opened, null);
  });

  app.post<PersonRoute>("/office/identity/person/:personId/split", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, personId, sourcePatients } = opened;
    const reason = reasonOf(request.body);
    const fault = formFault(officer, request.body, reason, true);
    if (fault !== null || reason === null) return show(request, reply, opened, fault);
    const apart = (request.body?.["apart"] ?? "").split(",").filter((each) => each !== "");
    const done = await act(deps, (sql, at) => splitPerson(sql, { personId, apart, actor: officer.actor.id, reason, at }));
    if (isRefusal(done)) return done.kind === "invalid" ? show(request, reply, opened, done.message) : sendRefusal(reply, officer, done);
    await auditIdentity(deps, request, officer, "identity-act", sourcePatients, { page: "split", apart: apart.length, act: done.actId }, reason);
    return reply.header("cache-control", "no-store").redirect(`/office/identity/act/${done.actId}`, 303);
  });

  async function show(request: FastifyRequest<PersonRoute>, reply: FastifyReply, { officer, personId, sourcePatients }: Opened, fault: string | null): Promise<FastifyReply> {
    const ids = sourcePatients.map((each) => each.sourcePatientId);
    const [links, journal, whole, apart] = await Promise.all([readLinks(deps.pages, personId), readPersonJournal(deps.pages, personId), readJournal(deps.pages, ids), readHeldApart(deps.pages, personId)]);
    // Who may be a protected person is protected as long as the doubt stands.
    const doubted = await readSourcePatients(deps.pages, apart.map((each) => each.sourcePatientId));
    const viewers = await listViewers(deps.pages, staysOf(whole));
    const main = personPage({ region: deps.region, officer, personId, sourcePatients, links, journal, viewers, fault, hidden: isProtected([...sourcePatients, ...doubted]) });
    await auditIdentity(deps, request, officer, "identity-read", sourcePatients, { page: "links", sources: ids.length });
    return send(reply, fault === null ? 200 : 400, officer.shell, fault === null ? "A person's links" : "Error: a person's links", main);
  }

  async function open(request: FastifyRequest<PersonRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return null;
    const { personId } = request.params;
    const person = await readPerson(deps.pages, personId);
    if (person !== null && isTheirs(officer, person.sourcePatients)) return { officer, personId, sourcePatients: person.sourcePatients };
    // A person who was joined with another: whoever was theirs lives on elsewhere.
    const successors = person === null ? (await Promise.all((await readSuccessors(deps.pages, personId)).map((each) => readPerson(deps.pages, each)))).filter((each) => each !== null && isTheirs(officer, each.sourcePatients)) : [];
    if (successors.length === 1 && request.method === "GET") reply.redirect(`/office/identity/person/${successors[0]!.personId}`, 303);
    else notTheirs(reply, officer);
    return null;
  }
}
