/** One case: its steps, what comes next, its letters. Every act is a form of its own; only the clinician who was asked assesses and decides. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describePeople } from "#identity";
import { decidersOf, readHolders, readLetters, takeStep, type CaseAct, type ObjectionCase, type SafetyAssessment } from "#objections";
import { isRefusal, refuse, type Refusal } from "#platform";
import { readScopes } from "../../objections/scope-fields.ts";
import { send, type Form, type OfficeDeps } from "../officer.ts";
import { casePage } from "./case-page.ts";
import { allOrNone, auditObjections, byOf, deciderFor, enterObjections, expired, isOurForm, openCase, sendRefusal, statusOf, type ObjectionsOfficer } from "./officer.ts";

type CaseRoute = { Params: { personId: string; objectionId: string; step: string }; Body: Form };
type Opened = NonNullable<Awaited<ReturnType<typeof openCase>>> & { officer: ObjectionsOfficer };

/** What each side may do; a letter says by itself that it was sent. */
const OFFICE_STEPS: readonly string[] = ["identity-confirmed", "not-identified", "interim", "information-requested", "information-received", "review-asked", "reviewed", "withdrawn", "carry-kept", "carry-ended"];
const CLINICIAN_STEPS: readonly string[] = ["safety-assessed", "information-requested", "upheld", "partly-upheld", "not-upheld"];

export function caseRoutes(app: FastifyInstance, deps: OfficeDeps): void {
  app.get<CaseRoute>("/office/objections/case/:personId/:objectionId", async (request, reply) => {
    const opened = await open(request, reply);
    return opened === null ? reply : show(request, reply, opened, null);
  });

  app.post<CaseRoute>("/office/objections/case/:personId/:objectionId/:step", async (request, reply) => {
    const opened = await open(request, reply);
    if (opened === null) return reply;
    const { officer, objection } = opened;
    if (!isOurForm(officer, request.body)) return expired(reply, officer);
    const acts = actsOf(opened, request.params.step, request.body);
    if (isRefusal(acts)) return acts.kind === "invalid" ? show(request, reply, opened, acts) : sendRefusal(reply, officer, acts);
    // Whoever confirms an identity restricts in the same moment.
    const done = await allOrNone(deps, async (sql) => {
      let so: ObjectionCase | Refusal = objection;
      for (const act of acts) {
        so = await takeStep(sql, objection.personId, objection.objectionId, act, byOf(officer), deps.clock.now());
        if (isRefusal(so)) return so;
      }
      return so;
    });
    if (isRefusal(done)) return done.kind === "invalid" ? show(request, reply, opened, done) : sendRefusal(reply, officer, done);
    await auditObjections(deps, request, officer, "objection-act", [objection.personId], { page: "objection", objection: objection.objectionId, steps: acts.map((each) => each.step) });
    const stays = officer.side === "office" || request.params.step !== "information-requested";
    return reply.header("cache-control", "no-store").redirect(stays ? `/office/objections/case/${objection.personId}/${objection.objectionId}?done=yes` : "/office/objections?done=yes", 303);
  });

  /** What the form asks to be done, or why it cannot be: the case itself refuses what does not follow or says too little. */
  function actsOf({ officer, nhsNumbers }: Opened, step: string, form: Form): readonly Exclude<CaseAct, { step: "lodged" }>[] | Refusal {
    const text = (name: string): string => (form?.[name] ?? "").trim().slice(0, 4000);
    const words = text("words");
    if (!(officer.side === "office" ? OFFICE_STEPS : CLINICIAN_STEPS).includes(step)) return refuse("forbidden", "objections.not-your-step", "Only the clinician who was asked can assess and decide; the rest is the office's.");
    switch (step) {
      case "identity-confirmed":
        return [{ step, how: text("how"), words }, ...(text("restrict") === "no" ? [] : [{ step: "interim" as const, words: "Held back while it is considered (Article 18(1)(d))." }])];
      case "withdrawn":
        return [{ step, how: text("how"), words }];
      case "information-requested":
        return [{ step, from: text("from"), words }];
      case "review-asked": {
        const reviewer = decidersOf(deps.region).find((each) => each.id === text("reviewer"));
        return reviewer === undefined ? refuse("invalid", "objections.incomplete", "Choose the clinician who is to decide.", { field: "reviewer" }) : [{ step, reviewer, words }];
      }
      case "reviewed":
        return [{ step, reviewOn: text("reviewOn"), words }];
      case "safety-assessed": {
        const decider = deciderFor(deps, officer, nhsNumbers);
        if (isRefusal(decider)) return decider;
        const assessment = Object.fromEntries(["safeCare", "allergies", "anticoagulants", "emergencies", "others", "measures"].map((name) => [name, text(name)])) as unknown as SafetyAssessment;
        return [{ step, decider, assessment }];
      }
      case "upheld":
      case "partly-upheld":
      case "not-upheld": {
        const decider = deciderFor(deps, officer, nhsNumbers);
        return isRefusal(decider) ? decider : [{ step, decider, words, granted: readScopes(form), reviewOn: text("reviewOn") }];
      }
      default:
        return [{ step: step as "interim" | "not-identified" | "information-received" | "carry-kept" | "carry-ended", words }];
    }
  }

  async function open(request: FastifyRequest<CaseRoute>, reply: FastifyReply): Promise<Opened | null> {
    const officer = await enterObjections(deps, request, reply);
    const opened = officer === null ? null : await openCase(deps, reply, officer, request.params);
    return officer === null || opened === null ? null : { ...opened, officer };
  }

  async function show(request: FastifyRequest<CaseRoute>, reply: FastifyReply, { officer, objection }: Opened, fault: Refusal | null): Promise<FastifyReply> {
    const { personId, objectionId } = objection;
    const [[person], letters, holders] = await Promise.all([describePeople(deps.search, [personId]), readLetters(deps.pages, personId, objectionId), readHolders(deps.pages, objectionId)]);
    const others = await describePeople(deps.search, holders.filter((each) => each !== personId));
    await auditObjections(deps, request, officer, "objection-read", [personId, ...others.map((each) => each.personId)], { page: "objection", objection: objectionId });
    const query = request.query as Record<string, unknown>;
    const main = casePage({ region: deps.region, officer, objection, person: person ?? null, others, letters, now: deps.clock.now(), fault, fields: fault === null ? {} : (request.body ?? {}), isDone: query["done"] === "yes" });
    return send(reply, fault === null ? 200 : statusOf(fault), officer.shell, fault === null ? "Objection" : "Error: objection", main);
  }
}
