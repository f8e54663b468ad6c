/** One act of the journal: what it moved, on what evidence, who was shown the records while it stood, and taking it back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { listViewers } from "#audit";
import { readAct, readJournal, readPerson, readSourcePatients, staysOf, undoAct, type JournalEntry, type SourcePatient } from "#identity";
import { dateHtml, html, isRefusal, isUuid, type Content } from "#platform";
import { reasonOf, send, type Form } from "../officer.ts";
import { act, auditIdentity, enterIdentity, faultSummary, formFault, isTheirs, notTheirs, sendRefusal, tokenField, type IdentityOfficeDeps, type IdentityOfficer } from "./officer.ts";
import { actorName } from "./person-page.ts";
import { isProtected, nameOf, organisationOf } from "./sides.ts";
import { viewersTable } from "./viewers.ts";
import { ACTS, evidenceShown, VERDICTS } from "./words.ts";

type ActRoute = { Params: { actId: string }; Body: Form };
type Opened = { officer: IdentityOfficer; /** Everyone of either person: where one is protected, all are. */ sides: readonly SourcePatient[]; lines: readonly JournalEntry[]; moved: readonly SourcePatient[]; journal: readonly JournalEntry[] };

export function actRoutes(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  app.get<ActRoute>("/office/identity/act/:actId", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : show(request, reply, opened, null);
  });

  app.post<ActRoute>("/office/identity/act/:actId/undo", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, moved } = opened;
    const reason = reasonOf(request.body);
    const fault = formFault(officer, request.body, reason, true);
    if (fault !== null || reason === null) return show(request, reply, opened, fault);
    const done = await act(deps, (sql, at) => undoAct(sql, { actId: request.params.actId, actor: officer.actor.id, reason, at }));
    if (isRefusal(done)) return sendRefusal(reply, officer, done);
    await auditIdentity(deps, request, officer, "identity-act", moved, { page: "undo", undoes: request.params.actId, act: done.actId }, reason);
    return reply.header("cache-control", "no-store").redirect(`/office/identity/act/${request.params.actId}`, 303);
  });

  async function show(request: FastifyRequest<ActRoute>, reply: FastifyReply, { officer, lines, moved, journal, sides }: Opened, fault: string | null): Promise<FastifyReply> {
    const [first] = lines as readonly [JournalEntry];
    const undone = journal.find((each) => each.undoes !== null && lines.some((line) => line.journalId === each.undoes));
    // While the act stood, both sides' data were one record: whoever was shown a record that it moved saw it under the wrong name, if it was wrong.
    const stays = staysOf(journal).filter((stay) => lines.some((line) => line.sourcePatientId === stay.sourcePatientId && line.toPerson === stay.personId && line.at.getTime() === stay.from.getTime()));
    const viewers = await listViewers(deps.pages, stays);
    const hidden = isProtected(sides);
    const region = deps.region;
    const persons = [...new Set(lines.flatMap((each) => [each.fromPerson, each.toPerson]))].filter((each) => each !== null);
    const main = html`<p><a href="/office/identity">Who is who</a></p><h1 class="h1">${ACTS[first.kind]}</h1>
${faultSummary(fault, "undo-reason")}
<dl class="pairs">${pair("When", dateHtml(first.at))}${pair("By", actorName(region, first.actor))}${pair("Why", first.reason)}${pair("Moved", moved.map((each, index) => html`${index > 0 ? "; " : null}${organisationOf(region, each, hidden)} ${each.localId}: ${nameOf(each)}`))}${pair("Persons", persons.map((id, index) => html`${index > 0 ? ", " : null}<a href="/office/identity/person/${id}">${id === first.fromPerson ? "from" : "to"} this person</a>`))}${undone && pair("Taken back", html`${dateHtml(undone.at)} by ${actorName(region, undone.actor)}: ${undone.reason}`)}${first.undoes !== null && pair("Took back", html`an act of before`)}</dl>
${evidence(first, sides)}
${first.fromPerson !== null && first.undoes === null && undone === undefined && undoForm(officer, first, fault)}
<section class="panel panel--list" aria-labelledby="h-seen" id="seen"><div class="panel__head"><h2 id="h-seen">Who was shown these records ${undone === undefined ? "since" : "while it stood"}</h2></div>${viewersTable(officer, "Who was shown these records", viewers, region, hidden)}</section>`;
    await auditIdentity(deps, request, officer, "identity-read", moved, { page: "act", act: first.actId });
    return send(reply, fault === null ? 200 : 400, officer.shell, fault === null ? "An act of identity" : "Error: an act of identity", main);
  }

  async function open(request: FastifyRequest<ActRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterIdentity(deps, request, reply);
    if (officer === null) return null;
    const { actId } = request.params;
    const all = isUuid(actId) ? await readAct(deps.pages, actId) : [];
    const moved = await readSourcePatients(deps.pages, all.map((each) => each.sourcePatientId));
    const lines = all.filter((line) => moved.some((each) => each.sourcePatientId === line.sourcePatientId));
    if (lines.length > 0) {
      // An act is an officer's where either side of it is: what moved, or whom it moved to or from.
      const persons = await Promise.all([...new Set(lines.flatMap((each) => [each.fromPerson, each.toPerson]))].filter((each) => each !== null).map((id) => readPerson(deps.pages, id)));
      const sides = [...moved, ...persons.flatMap((each) => each?.sourcePatients ?? [])];
      if (isTheirs(officer, sides)) return { officer, sides, lines, moved, journal: await readJournal(deps.pages, moved.map((each) => each.sourcePatientId)) };
    }
    notTheirs(reply, officer);
    return null;
  }
}

const pair = (label: string, value: Content): Content => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

function evidence({ evidence: all, weight }: JournalEntry, sides: readonly SourcePatient[]): Content {
  const lines = evidenceShown(all, sides);
  if (lines.length === 0) return null;
  return html`<section class="panel panel--list" aria-labelledby="h-evidence"><div class="panel__head"><h2 id="h-evidence">On what evidence</h2></div><ul>${lines.map((each) => html`<li>${each.field}: ${VERDICTS[each.verdict]}${each.words !== undefined && each.words !== "" && html`, ${each.words}`}</li>`)}</ul>${weight !== null && html`<p class="hint">Weight ${weight.toFixed(1)}.</p>`}</section>`;
}

function undoForm(officer: IdentityOfficer, { actId, kind }: JournalEntry, fault: string | null): Content {
  const automatic = kind === "number" || kind === "match";
  return html`<section class="panel panel--form" aria-labelledby="h-undo"><h2 id="h-undo">Take it back</h2><p>Every record goes to where it was before, with its link as it stood. No clinical entry is touched.${automatic && " What the product had linked by itself is kept apart from then on, or the next message would link it again."}</p>
<form method="post" action="/office/identity/act/${actId}/undo">${tokenField(officer)}<div class="nhsuk-form-group${fault !== null && html` nhsuk-form-group--error`}"><label class="nhsuk-label" for="undo-reason">Why</label><textarea class="nhsuk-textarea" id="undo-reason" name="reason" rows="2" maxlength="400" required></textarea></div><p><button class="nhsuk-button nhsuk-button--warning" type="submit">Take back</button></p></form></section>`;
}
