import assert from "node:assert/strict";
import test from "node:test";
import { entry } from "#test/sample-person.ts";
import type { Entry, EntryLine } from "#record";
import { coursesOf, type ReferralCourse } from "./referral-course.ts";

const UBRN = "https://fhir.nhs.uk/Id/UBRN|000049815574";
const referral = (organisation: string, line: EntryLine, changes: Partial<Entry> = {}): Entry => entry("referrals", organisation, "Cardiology", line, { type: "ServiceRequest", status: "active", when: "2026-08-01", ...changes });
const follower = (type: string, status: string, line: EntryLine, changes: Partial<Entry> = {}): Entry => entry("appointments", "RWF", type, { follows: [UBRN], ...line }, { type, status, ...changes });
const told = ({ facts }: ReferralCourse): string[] => facts.map(({ step, failed, words }) => `${step}${failed ? " failed" : ""}${words === null ? "" : `: ${words}`}`);

test("PUR-04 two organisations' entries are one referral by its number; others stay apart, and nothing is lost", () => {
  const courses = coursesOf([referral("G1", { requestIds: [UBRN] }), referral("RWF", { requestIds: ["urn:local|R-77", UBRN], referralState: "accepted", referralStateAt: "2026-08-05" }), referral("G1", { requestIds: ["https://fhir.nhs.uk/Id/UBRN|000049815999"] })], []);
  assert.deepEqual(courses.map(({ entries }) => entries.length).toSorted(), [1, 2]);
});

test("PUR-04 a number joins without its register's name, a short one does not", () => {
  const joined = (one: string, other: string): number => coursesOf([referral("G1", { requestIds: [one] }), referral("RWF", { requestIds: [other] })], []).length;
  assert.equal(joined(UBRN, "|000049815574"), 1);
  assert.equal(joined("urn:a|12", "|12"), 2);
  assert.equal(joined("urn:a|000049815574", "urn:b|000049815574"), 2, "two registers may give the same number");
});

test("PUR-04 what nobody told is not among the steps; what was told keeps its order", () => {
  const [course] = coursesOf([referral("G1", { requestIds: [UBRN], from: "Dr A" })], [follower("Encounter", "finished", { start: "2026-09-10" }), follower("Appointment", "booked", {})]);
  assert.deepEqual(told(course!), ["sent", "appointment", "seen: Encounter"]);
  assert.equal(course!.last!.step, "seen");
});

test("PUR-04 a missed or cancelled appointment is never taken for one that was kept", () => {
  const [missed] = coursesOf([referral("G1", { requestIds: [UBRN] })], [follower("Appointment", "noshow", { start: "2026-09-10" })]);
  assert.deepEqual(told(missed!), ["sent", "appointment", "seen failed: Did not attend"]);
  const [cancelled] = coursesOf([referral("G1", { requestIds: [UBRN] })], [follower("Appointment", "cancelled", {}), follower("Encounter", "planned", {})]);
  assert.deepEqual(told(cancelled!), ["sent", "appointment failed: Cancelled"]);
});

test("PUR-04 a visit that names the appointment alone belongs to the appointment's referral", () => {
  const appointment = follower("Appointment", "fulfilled", { start: "2026-09-10" });
  const visit = entry("contacts", "RWF", "Clinic", { follows: [`Appointment/${appointment.id}`] }, { type: "Encounter", status: "finished" });
  const [course] = coursesOf([referral("G1", { requestIds: [UBRN] })], [visit, appointment]);
  assert.ok(course!.facts.some((fact) => fact.entry === visit));
});

test("PUR-04 versions tell what an acceptance overwrote; a rejection ends the course, an entry made in error tells nothing", () => {
  const accepted = referral("RWF", { requestIds: [UBRN], referralState: "accepted", referralStateAt: "2026-08-05" });
  const before = { line: { referralState: "pending", referralStateAt: "2026-08-02" }, received: new Date(0), status: "active" };
  const [course] = coursesOf([referral("G1", { requestIds: [UBRN] }), accepted], [], new Map([[accepted.id, [before]]]));
  assert.deepEqual(course!.facts.map(({ step, when }) => `${step} ${when}`), ["sent 2026-08-01", "received 2026-08-02", "accepted 2026-08-05"]);
  const [rejected] = coursesOf([referral("RWF", { referralState: "rejected" }, { status: "revoked" })], []);
  assert.deepEqual(told(rejected!), ["sent", "ended: Not accepted"]);
  assert.deepEqual(coursesOf([referral("RWF", {}, { status: "entered-in-error" })], [])[0]!.facts, []);
});
