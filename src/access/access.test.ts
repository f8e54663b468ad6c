import { describe, test } from "node:test";
import assert from "node:assert/strict";
import type { Region } from "#governance";
import { createAccess } from "./access.ts";
import { access, allowed, NOW, outcome, person, refused, region, related, requestOf, stated } from "./scenario.ts";

/** A region with one register entry changed, for states that the demo does not hold. */
function regionWith(change: Partial<Region>): Region {
  return { ...region, ...change };
}

const RBAC = { evidence: "Access policy", checkedOn: "2025-11-22", validTo: "2026-11-22" };

describe("granted", () => {
  for (const [role, at, kind, policy] of [
    ["gp", "G82060", "registration", "care-registration"],
    ["practice-nurse", "G82060", "registration", "care-registration"],
    ["hospital-doctor", "RPA", "admission", "care-admission"],
    ["ed-doctor", "RVV", "attendance", "care-attendance"],
    ["community-nurse", "RYY", "caseload", "care-caseload"],
    ["mental-health-nurse", "RXY", "referral", "care-referral"],
    ["adult-social-worker", "X-KCC", "caseload", "care-caseload"],
    ["hospice-nurse", "X-PILGRIMS", "care-team", "care-caseload"],
    ["midwife", "RN7", "appointment", "care-appointment"],
    ["pharmacist", "RWF", "admission", "care-admission"],
    ["support-staff", "RVV", "admission", "care-admission"],
  ] as const) {
    test(`ACC-05: given a ${role} at ${at} and a person with ${kind} there, expects the record to open`, () => {
      assert.equal(outcome(requestOf(role, at), person({ relationships: [related(kind, at)] })), `allowed by ${policy}`);
    });
  }

  test("given a paramedic with a stated reason, expects the record to open and a review to be due", () => {
    assert.equal(outcome(requestOf("paramedic"), person({ reason: stated() })), "allowed by care-reason-given");
  });

  test("given a paramedic in an emergency, expects break-glass, kept apart from other reasons", () => {
    const decision = allowed(requestOf("paramedic"), person({ reason: stated("break-glass") }));
    assert.equal(decision.policy, "care-break-glass");
    assert.equal(decision.relationship.kind, "break-glass");
    assert.equal(decision.reason, "Called by the daughter");
  });

  test("ACC-01: given a person handed over by the professional's own system, expects no further question", () => {
    const launch = { personId: "person-1", host: "Ambulance record" };
    assert.equal(outcome(requestOf("paramedic", "RYD", { launch }), person()), "allowed by care-launch");
    assert.equal(outcome(requestOf("paramedic", "RYD", { launch }), person({ personId: "person-2" })), "refused access.reason-needed", "only that person");
  });

  test("given both a relationship and a reason, expects the relationship to be named", () => {
    const decision = allowed(requestOf("gp", "G82060"), person({ relationships: [related("registration", "G82060")], reason: stated() }));
    assert.deepEqual([decision.policy, decision.relationship.kind], ["care-registration", "registration"]);
  });

  test("given a data quality officer with a reason, expects only what the own organisation supplied, and caveats everywhere", () => {
    const decision = allowed(requestOf("data-quality-officer", "RVV", { purpose: "administration" }), person({ reason: stated() }));
    assert.equal(decision.policy, "office-administration");
    assert.deepEqual(decision.sourcePatientIds, ["sp-hospital"]);
    assert.deepEqual([...decision.mayWithhold], [...decision.sections]);
  });
});

describe("refused, in this order", () => {
  const registered = person({ relationships: [related("registration", "G82060")] });
  const gp = requestOf("gp", "G82060");

  test("a professional who is in no register", () => {
    assert.equal(outcome({ ...gp, actor: { ...gp.actor, id: "555000009999" } }, registered), "refused access.professional-unknown");
  });

  test("a professional who claims a role or an employer that is not their own", () => {
    assert.equal(outcome({ ...gp, actor: { ...gp.actor, organisation: "RVV" } }, registered), "refused access.professional-unknown");
    assert.equal(outcome({ ...gp, actor: { ...gp.actor, role: "psychiatrist" } }, registered), "refused access.professional-unknown");
  });

  test("ACC-07: a sign-in that is too weak", () => {
    assert.equal(outcome(requestOf("gp", "G82060", { assurance: 1 }), registered), "refused access.assurance-too-low");
  });

  for (const [words, change, code] of [
    ["ONB-02: an organisation that is not onboarded", { onboarding: null }, "access.organisation-not-onboarded"],
    ["ONB-04: an organisation whose DSP Toolkit assessment lapsed", { onboarding: { completedOn: "2021-01-01", dsptValidTo: "2026-06-30", rbac: RBAC } }, "access.organisation-not-onboarded"],
    ["ACC-10: an organisation that showed no evidence of its own role-based access", { onboarding: { completedOn: "2021-01-01", dsptValidTo: null } }, "access.organisation-not-onboarded"],
    ["ACC-10: an organisation whose evidence of role-based access has run out", { onboarding: { completedOn: "2021-01-01", dsptValidTo: null, rbac: { ...RBAC, validTo: "2026-11-20" } } }, "access.organisation-not-onboarded"],
    ["ONB-05: an organisation without an agreement", { agreement: null }, "access.agreement-not-in-force"],
    ["ONB-05: an agreement that ended yesterday", { agreement: { kind: "JCA", signedOn: "2021-01-01", validTo: "2026-11-20", purposes: ["direct-care"], sections: "all" } }, "access.agreement-not-in-force"],
    ["ONB-05: an agreement that starts tomorrow", { agreement: { kind: "JCA", signedOn: "2026-11-22", validTo: null, purposes: ["direct-care"], sections: "all" } }, "access.agreement-not-in-force"],
    ["PUR-18: a purpose that the agreement does not cover", { agreement: { kind: "JCA", signedOn: "2021-01-01", validTo: null, purposes: ["audit"], sections: "all" } }, "access.agreement-purpose"],
    ["ORG-18: an organisation that may not view", { mayView: false }, "access.organisation-may-not-view"],
  ] as const) {
    test(words, () => {
      const practice = { ...region.organisation("G82060")!, ...change } as NonNullable<ReturnType<Region["organisation"]>>;
      const gate = createAccess(regionWith({ organisation: (code) => (code === "G82060" ? practice : region.organisation(code)) }));
      assert.equal(outcome(gp, registered, gate), `refused ${code}`);
    });
  }

  test("an agreement that ends today still holds today", () => {
    const practice = { ...region.organisation("G82060")!, agreement: { kind: "JCA" as const, signedOn: "2021-01-01", validTo: "2026-11-21", purposes: ["direct-care" as const], sections: "all" as const } };
    const gate = createAccess(regionWith({ organisation: (code) => (code === "G82060" ? practice : region.organisation(code)) }));
    assert.equal(outcome(gp, registered, gate), "allowed by care-registration");
  });

  test("ONB-06: a professional whose training lapsed, relationship or not", () => {
    const lapsed = region.professionals.find((each) => each.name === "Peter Lowe")!;
    assert.equal(outcome(requestOf("community-nurse", "RYY", {}, lapsed.uid), person({ relationships: [related("caseload", "RYY")] })), "refused access.training-lapsed");
  });

  test("ACC-11: a professional who has not accepted the duty of confidentiality", () => {
    const gate = createAccess(regionWith({ professional: (uid) => ({ ...region.professional(uid)!, confidentialityAcceptedDaysAgo: null }) }));
    assert.equal(outcome(gp, registered, gate), "refused access.confidentiality-not-accepted");
    const daysAgo = (days: number) => ({ ...gp, actor: { ...gp.actor, confidentialityAcceptedAt: new Date(NOW.getTime() - days * 86_400_000) } });
    assert.equal(outcome(daysAgo(0), registered, gate), "allowed by care-registration", "accepted in the product");
    assert.equal(outcome(daysAgo(365), registered, gate), "allowed by care-registration", "a year ago");
    assert.equal(outcome(daysAgo(366), registered, gate), "refused access.confidentiality-not-accepted", "more than a year ago");
  });

  test("ACC-11: the later of register and product counts, whichever it is", () => {
    const gate = createAccess(regionWith({ professional: (uid) => ({ ...region.professional(uid)!, confidentialityAcceptedDaysAgo: 10 }) }));
    assert.equal(outcome({ ...gp, actor: { ...gp.actor, confidentialityAcceptedAt: new Date(NOW.getTime() - 900 * 86_400_000) } }, registered, gate), "allowed by care-registration");
  });

  for (const role of ["privacy-officer", "system-administrator", "data-quality-officer"]) {
    test(`ACC-09: a ${role} asking for direct care`, () => {
      const request = requestOf(role);
      assert.equal(outcome(request, person({ relationships: [related("admission", request.actor.organisation)], reason: stated() })), "refused access.role-purpose");
    });
  }

  test("ORG-03: a commissioner, for any purpose about a person", () => {
    for (const purpose of ["direct-care", "administration", "audit", "secondary-use"] as const) {
      assert.match(outcome(requestOf("commissioner", "QKS", { purpose }), person({ reason: stated() })), /^refused /);
    }
  });

  test("OPT-09: an upheld objection to everything, also for break-glass, for the person's own practice and for whoever wrote it", () => {
    const objections = [{ state: "upheld" as const, scope: { kind: "everything" as const } }];
    assert.equal(outcome(gp, person({ relationships: registered.relationships, objections })), "refused access.objection-upheld");
    assert.equal(outcome(requestOf("paramedic"), person({ reason: stated("break-glass"), objections })), "refused access.objection-upheld");
  });

  test("OPT-09: restricted meanwhile, also for break-glass: each organisation still sees what it wrote itself, and nothing else", () => {
    const objections = [{ state: "interim" as const, scope: { kind: "everything" as const } }];
    assert.equal(outcome(requestOf("paramedic"), person({ reason: stated("break-glass"), objections })), "refused access.objection-upheld");
    const decision = allowed(gp, person({ relationships: registered.relationships, objections }));
    assert.deepEqual([decision.sourcePatientIds, decision.askedNotToShare], [["sp-gp"], true]);
    assert.equal(decision.mayWithhold.size, decision.sections.size, "no bare negative anywhere");
  });

  for (const state of ["lodged", "not-upheld", "withdrawn"] as const) {
    test(`OPT-10: an objection that is ${state} closes nothing`, () => {
      assert.equal(outcome(gp, person({ relationships: registered.relationships, objections: [{ state, scope: { kind: "everything" } }] })), "allowed by care-registration");
    });
  }

  test("the professional's own record, admitted or not", () => {
    const doctor = region.professionals.find((each) => each.ownNhsNumber !== null)!;
    const own = person({ personNhsNumber: doctor.ownNhsNumber, relationships: [related("admission", "RWF")], reason: stated("break-glass") });
    assert.equal(outcome(requestOf("hospital-doctor", "RWF", {}, doctor.uid), own), "refused access.own-record");
  });

  test("ACC-05: no relationship and no reason: the reason is asked for", () => {
    const refusal = refused(requestOf("paramedic"), person());
    assert.equal(refusal.code, "access.reason-needed");
    assert.equal(refusal.details?.["obligation"], "reason-required");
  });

  test("a relationship of another organisation opens nothing here", () => {
    assert.equal(outcome(requestOf("hospital-doctor", "RPA"), person({ relationships: [related("admission", "RVV")] })), "refused access.reason-needed");
  });

  test("support staff may not open a record by giving a reason", () => {
    assert.equal(outcome(requestOf("support-staff"), person({ reason: stated("break-glass") })), "refused access.no-relationship");
  });

  test("a reason that has run out opens nothing", () => {
    const reason = { ...stated()!, until: new Date(NOW.getTime() - 1) };
    assert.equal(outcome(requestOf("paramedic"), person({ reason })), "refused access.reason-needed");
  });

  test("EXC-16: NELFT, for a person of 18; the refusal names the limit", () => {
    const nurse = requestOf("mental-health-nurse", "RAT");
    const of = (personDateOfBirth: string | null) => person({ personDateOfBirth, relationships: [related("caseload", "RAT")] });
    assert.equal(outcome(nurse, of("2008-11-22")), "allowed by care-caseload", "18 tomorrow");
    assert.equal(outcome(nurse, of("2008-11-21")), "refused access.service-limit-age", "18 today");
    assert.equal(outcome(nurse, of(null)), "refused access.service-limit-age", "no date of birth: not known to be a child");
    assert.match(refused(nurse, of("1950-01-01")).message, /children's services/);
  });

  test("EXC-16: Connect Health, for anything but its own services", () => {
    const physio = requestOf("therapist", "X-CONNECT");
    assert.equal(outcome(physio, person({ relationships: [related("referral", "X-CONNECT", { service: "musculoskeletal" })] })), "allowed by care-referral");
    assert.equal(outcome(physio, person({ relationships: [related("referral", "X-CONNECT", { service: "cardiology" })] })), "refused access.service-limit-service");
    assert.equal(outcome(physio, person({ reason: stated() })), "refused access.service-limit-service");
    assert.equal(outcome(physio, person({ reason: stated("reason-given", "physiotherapy") })), "allowed by care-reason-given");
  });
});

describe("what an allowed reader sees", () => {
  const admitted = person({ relationships: [related("admission", "RVV"), related("registration", "G82060"), related("referral", "X-CONNECT", { service: "physiotherapy" }), related("caseload", "X-KCC")] });

  test("ACC-03: sections come from the matrix, deny by default", () => {
    const clerk = allowed(requestOf("support-staff", "RVV"), admitted);
    assert.equal(clerk.sections.has("admissions"), true);
    for (const section of ["problems", "medicines", "safeguarding", "documents", "other"] as const) assert.equal(clerk.sections.has(section), false, section);
  });

  test("PUR-12: an adult social worker sees care and support, not laboratory results", () => {
    const worker = allowed(requestOf("adult-social-worker"), admitted);
    assert.equal(worker.sections.has("care-plan"), true);
    assert.equal(worker.sections.has("results"), false);
  });

  test("REC-06: immigration status is for named roles only", () => {
    assert.equal(allowed(requestOf("adult-social-worker"), admitted).labels.has("immigration"), true);
    assert.equal(allowed(requestOf("ed-doctor", "RVV"), admitted).labels.has("immigration"), false);
  });

  test("nobody holds the label of what the law bars", () => {
    assert.deepEqual(region.roles.filter((role) => role.labels.includes("legally-barred")), []);
  });

  test("ACC-13: a paramedic may not print, a GP may print and download", () => {
    const paramedic = allowed(requestOf("paramedic"), person({ reason: stated() }));
    assert.equal(paramedic.actions.has("print"), false);
    assert.equal(allowed(requestOf("gp", "G82060"), admitted).actions.has("download"), true);
  });

  test("ACC-15: whose data an organisation may see is its own permission; a partial view puts a caveat in every section", () => {
    const physio = allowed(requestOf("therapist", "X-CONNECT"), admitted);
    assert.deepEqual(physio.sourcePatientIds, ["sp-gp", "sp-hospital"], "not the mental health trust");
    assert.deepEqual([...physio.mayWithhold], [...physio.sections]);
  });

  test("an agreement that covers some sections narrows every role", () => {
    assert.equal(allowed(requestOf("therapist", "X-CONNECT"), admitted).sections.has("safeguarding"), false);
  });

  test("OPT-05: an objection to one organisation takes that organisation's source patients out, to one section that section", () => {
    const objections = [
      { state: "upheld" as const, scope: { kind: "organisation" as const, odsCode: "RXY" } },
      { state: "upheld" as const, scope: { kind: "section" as const, section: "research" as const } },
    ];
    const decision = allowed(requestOf("gp", "G82060"), { ...admitted, objections });
    assert.deepEqual(decision.sourcePatientIds, ["sp-gp", "sp-hospital"]);
    assert.equal(decision.sections.has("research"), false);
    assert.equal(decision.askedNotToShare, true);
    assert.equal(decision.mayWithhold.size, decision.sections.size, "no bare negative anywhere");
  });

  test("OPT-05: an objection to one organisation as a reader closes the record to it, and is not told to others", () => {
    const objections = [{ state: "upheld" as const, scope: { kind: "viewer" as const, odsCode: "G82060" } }];
    assert.equal(outcome(requestOf("gp", "G82060"), { ...admitted, objections }), "refused access.objection-upheld");
    const elsewhere = allowed(requestOf("hospital-doctor", "RVV"), person({ relationships: [related("admission", "RVV")], objections }));
    assert.deepEqual([elsewhere.sourcePatientIds.length, elsewhere.askedNotToShare, elsewhere.withheld], [3, false, null]);
    const meanwhile = allowed(requestOf("gp", "G82060"), { ...admitted, objections: [{ state: "interim", scope: objections[0]!.scope }] });
    assert.deepEqual(meanwhile.sourcePatientIds, ["sp-gp"]);
  });

  test("OPT-05: an objection to one entry keeps that entry back; while it is considered its author still sees it", () => {
    const own = "0199a000-0000-7000-8000-00000000000a";
    const itemId = `${own.replaceAll("-", "")}${"0199b000-0000-7000-8000-00000000000b".replaceAll("-", "")}`;
    const facts = person({ relationships: [related("registration", "G82060"), related("admission", "RVV")], sourcePatients: [{ sourcePatientId: own, organisation: "G82060" }, { sourcePatientId: "sp-hospital", organisation: "RVV" }] });
    const gp = requestOf("gp", "G82060");
    const items = (request: typeof gp, state: "interim" | "upheld") => allowed(request, { ...facts, objections: [{ state, scope: { kind: "item", itemId } }] }).withheld?.items ?? [];
    assert.deepEqual(items(requestOf("hospital-doctor", "RVV"), "interim"), ["0199b000-0000-7000-8000-00000000000b"]);
    assert.deepEqual(items(gp, "interim"), []);
    assert.deepEqual(items(gp, "upheld"), ["0199b000-0000-7000-8000-00000000000b"]);
  });

  test("OPT-05: a category restricted meanwhile is kept back but for what the reader's own organisation wrote", () => {
    const objections = [{ state: "interim" as const, scope: { kind: "section" as const, section: "results" as const } }];
    const mine = allowed(requestOf("gp", "G82060"), { ...admitted, objections });
    assert.equal(mine.sections.has("results"), true);
    assert.deepEqual(mine.withheld, { items: [], sections: [{ sourcePatientId: "sp-hospital", section: "results" }, { sourcePatientId: "sp-mental-health", section: "results" }] });
    assert.equal(allowed(requestOf("paramedic"), person({ reason: stated("break-glass"), objections })).sections.has("results"), false, "nothing of its own");
  });

  test("an objection to sharing for care takes nothing from other purposes, which have reasons and limits of their own", () => {
    const objections = [{ state: "upheld" as const, scope: { kind: "organisation" as const, odsCode: "RYY" } }];
    const decision = allowed(requestOf("identity-officer", "RYY", { purpose: "administration" }), person({ sourcePatients: [{ sourcePatientId: "sp-own", organisation: "RYY" }], reason: stated(), objections }));
    assert.deepEqual([decision.sourcePatientIds, decision.askedNotToShare], [["sp-own"], false]);
  });

  test("where the region offers it, life may be claimed against an upheld objection, for everything that the role sees; elsewhere the claim is void", () => {
    const objections = [{ state: "upheld" as const, scope: { kind: "everything" as const } }];
    const claimed = person({ objections, vitalInterests: "unconscious, bleeding" });
    assert.equal(outcome(requestOf("paramedic"), claimed), "refused access.objection-upheld");
    const offering = createAccess({ ...region, rules: { ...region.rules, objections: { ...region.rules.objections, emergencies: "vital-interests" } } });
    const refusal = refused(requestOf("paramedic"), person({ objections, reason: stated("break-glass") }), offering);
    assert.deepEqual([refusal.code, refusal.details?.["obligation"]], ["access.objection-upheld", "vital-interests"]);
    const decision = allowed(requestOf("paramedic"), claimed, offering);
    assert.deepEqual([decision.policy, decision.sourcePatientIds.length, decision.reason, decision.askedNotToShare], ["care-vital-interests", 3, "unconscious, bleeding", false]);
    assert.match(decision.relationship.words, /^to protect life, against the person's objection: unconscious/);
    assert.equal(outcome(requestOf("support-staff"), { ...claimed, relationships: [related("admission", "RVV")] }, offering), "refused access.objection-upheld", "a role that may give no reason");
  });

  test("a stated reason widens nothing: the same role sees the same sections and labels", () => {
    const byRelationship = allowed(requestOf("gp", "G82060", { session: "a" }), admitted);
    const byReason = allowed(requestOf("gp", "G82060", { session: "b" }), person({ reason: stated() }));
    assert.deepEqual([byReason.sections, byReason.labels], [byRelationship.sections, byRelationship.labels]);
  });

  test("what a person sealed opens in an emergency, for roles that work in them, and nothing else opens it", () => {
    const sees = (role: string, at: string, facts: Parameters<typeof person>[0], label: "sealed" | "sealed-locked" | "legally-barred"): boolean => allowed(requestOf(role, at, { session: `${role} ${label} ${JSON.stringify(facts)}` }), person(facts)).labels.has(label);
    const emergency = { reason: stated("break-glass") };
    assert.equal(sees("gp", "G82060", emergency, "sealed"), true);
    assert.equal(sees("gp", "G82060", { reason: stated() }, "sealed"), false, "a reason that is no emergency");
    assert.equal(sees("gp", "G82060", admitted, "sealed"), false, "a relationship");
    assert.equal(sees("therapist", "X-CONNECT", { reason: stated("break-glass", "physiotherapy") }, "sealed"), false, "a role that does not work in emergencies");
    for (const label of ["sealed-locked", "legally-barred"] as const) assert.equal(sees("gp", "G82060", emergency, label), false, label);
  });

  test("LAW-17 administration is a purpose of its own: who the person is and their appointments, of the own organisation, and no clinical detail", () => {
    const decision = allowed(requestOf("support-staff", "RVV", { purpose: "administration" }), person({ relationships: [related("admission", "RVV")] }));
    assert.deepEqual([decision.policy, decision.relationship.kind], ["administration-own-service", "admission"]);
    assert.deepEqual(decision.sourcePatientIds, ["sp-hospital"]);
    assert.deepEqual([...decision.sections].sort(), ["appointments", "gp-practice", "individual-requirements", "person-demographics"].filter((each) => region.sectionRights("support-staff").sees.has(each as never)));
  });

  test("ACC-09 a system administrator opens nothing without a reason, whatever links the employer to the person", () => {
    const cared = { relationships: [related("caseload", "RYY")] };
    assert.equal(outcome(requestOf("system-administrator", "RYY", { purpose: "administration" }), person(cared)), "refused access.reason-always");
    assert.equal(outcome(requestOf("system-administrator", "RYY", { purpose: "administration" }), person({ ...cared, reason: stated() })), "allowed by office-administration");
  });

  test("ORG-18 a voluntary organisation views nothing until its own application is approved", () => {
    const voluntary = { ...region.organisation("X-PILGRIMS")!, type: "voluntary" as const };
    const withOrganisation = (organisation: Region["organisations"][number]): Region => regionWith({ organisation: (odsCode) => (odsCode === "X-PILGRIMS" ? organisation : region.organisation(odsCode)) });
    const cared = person({ relationships: [related("care-team", "X-PILGRIMS")] });
    const asked = requestOf("hospice-nurse", "X-PILGRIMS");
    assert.equal(outcome(asked, cared, createAccess(withOrganisation(voluntary))), "refused access.application-not-approved");
    const approved = { reference: "A-1", approvedBy: "Board", approvedOn: "2026-01-01", validTo: "2026-12-31" };
    assert.equal(outcome(asked, cared, createAccess(withOrganisation({ ...voluntary, application: approved }))), "allowed by care-caseload");
    assert.equal(outcome(asked, cared, createAccess(withOrganisation({ ...voluntary, application: { ...approved, validTo: "2026-10-31" } }))), "refused access.application-not-approved");
  });

  test("ACC-13 an organisation may allow its staff less than their role: no printing where it cannot keep paper", () => {
    const strict = regionWith({ organisation: (odsCode) => (odsCode === "G82060" ? { ...region.organisation(odsCode)!, actions: ["view", "search"] } : region.organisation(odsCode)) });
    assert.deepEqual([...allowed(requestOf("gp", "G82060"), admitted, createAccess(strict)).actions], ["view", "search"]);
  });
});

describe("find a person", () => {
  const may = (role: string, purpose: "direct-care" | "audit" | "administration" = "direct-care"): string => {
    const answer = access.mayOpenSearch(requestOf(role, undefined, { purpose }), NOW);
    return "refused" in answer ? answer.code : answer.policy;
  };
  test("a clinician and a ward clerk may look for a person", () => {
    assert.deepEqual([may("paramedic"), may("gp"), may("support-staff")], ["find-a-person", "find-a-person", "find-a-person"]);
  });
  test("a system administrator may not, and a privacy officer not for care", () => {
    assert.equal(may("system-administrator", "administration"), "access.may-not-find");
    assert.equal(may("privacy-officer"), "access.role-purpose");
    assert.equal(may("privacy-officer", "audit"), "find-a-person");
  });
});

describe("a decision is kept until something changes", () => {
  const registered = person({ relationships: [related("registration", "G82060")] });
  const request = requestOf("gp", "G82060", { session: "kept" });
  const gate = createAccess(region);
  const first = allowed(request, registered, gate);

  test("the same decision is given again, later on the same day too", () => {
    assert.equal(allowed(request, { ...registered, now: new Date(NOW.getTime() + 60_000) }, gate), first);
  });

  for (const [words, change] of [
    ["a link", { linksRevision: 2 }],
    ["a source patient", { sourcePatients: registered.sourcePatients.slice(1) }],
    ["a relationship", { relationships: [...registered.relationships, related("referral", "G82060")] }],
    ["an objection, lodged only", { objections: [{ state: "lodged" as const, scope: { kind: "everything" as const } }] }],
    ["the day", { now: new Date("2026-11-22T12:00:00Z") }],
  ] as const) {
    test(`${words} changes: a new decision is made at the next request`, () => {
      const again = createAccess(region);
      const before = allowed(request, registered, again);
      assert.notEqual(allowed(request, { ...registered, ...change }, again).id, before.id);
    });
  }

  test("an objection that is upheld between two requests closes the record at the second", () => {
    assert.equal(outcome(request, { ...registered, objections: [{ state: "upheld", scope: { kind: "everything" } }] }, gate), "refused access.objection-upheld");
  });

  test("another session, another person, another purpose has its own decision", () => {
    assert.notEqual(allowed({ ...request, actor: { ...request.actor, sessionId: "other" } }, registered, gate).id, allowed(request, registered, gate).id);
  });

  test("a session that ended leaves no decision behind", () => {
    const before = allowed(request, registered, gate);
    gate.forget("kept");
    assert.notEqual(allowed(request, registered, gate).id, before.id);
  });
});

describe("whereabouts", () => {
  const known = { words: ["14 Mill Lane"], practices: ["G82060"] };
  const here = { relationships: [related("admission", "RVV")] };

  test("are hidden from a role without the right, with the practice's name and its section, and from nobody where nobody protects", () => {
    const decision = allowed(requestOf("hospital-doctor", "RVV"), person({ ...here, whereabouts: known }));
    const hidden = decision.hiddenWhereabouts!;
    assert.ok(hidden.words.includes("14 Mill Lane") && hidden.words.includes(region.organisation("G82060")!.name));
    assert.equal(hidden.organisations.get("G82060"), "GP-practice");
    assert.equal(hidden.organisations.get("RVV"), undefined, "a hospital serves too many to tell");
    assert.ok(!decision.sections.has("gp-practice") && decision.sections.has("allergies"));
    assert.equal(allowed(requestOf("hospital-doctor", "RVV"), person(here)).hiddenWhereabouts, null);
  });

  test("are shown to a role whose labels have the right, and a decision of before does not outlast the protection", () => {
    assert.equal(allowed(requestOf("ed-doctor", "RVV"), person({ ...here, whereabouts: known })).hiddenWhereabouts, null);
    const asked = requestOf("hospital-doctor", "RVV", { session: "session-whereabouts" });
    assert.equal(allowed(asked, person(here)).hiddenWhereabouts, null);
    assert.notEqual(allowed(asked, person({ ...here, whereabouts: known })).hiddenWhereabouts, null);
  });
});
