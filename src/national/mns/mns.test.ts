/** Change events in both published forms, the subscription against the stand-in, and whether the line is alive. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { isRefusal, type Refusal } from "#platform";
import { startStandInApis, type StandInApis } from "../stand-in/apis.ts";
import type { StandInDelivery } from "../stand-in/mns.ts";
import type { StandInPdsPerson } from "../stand-in/pds.ts";
import { createMnsClient, type MnsClient, type MnsSettings } from "./client.ts";
import { EVENT_TYPES, EVENTS_TO_SUBSCRIBE, readChangeEvent, type ChangeEvent } from "./event.ts";
import { HEARTBEAT_EVERY_MS, liveness } from "./heartbeat.ts";

const taken = <T>(answer: T | Refusal): T => (isRefusal(answer) ? assert.fail(`${answer.code} ${JSON.stringify(answer.details)}`) : answer);
const refusalOf = (answer: unknown): Refusal => (isRefusal(answer) ? answer : assert.fail("was not refused"));

const cloudEvent = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({ specversion: "1.0", id: "e-1", source: "https://fhir.nhs.uk/Id/nhsSpineASID/477121000324", type: "nhs-number-change-2", time: "2026-11-20T13:00:00Z", dataref: "https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/9000000009", subject: "9000000009", ...changes });
const bundle = (type: string, subject?: string): Record<string, unknown> => ({
  resourceType: "Bundle", id: "e-2", type: "history", timestamp: "2026-11-20T13:00:00Z",
  entry: [{ fullUrl: "urn:uuid:x", resource: { resourceType: "Parameters", parameter: [
    { name: "subscription", valueReference: { reference: "https://api.service.nhs.uk/multicast-notification-service/subscriptions" } }, { name: "status", valueCode: "active" }, { name: "type", valueCode: "event-notification" },
    { name: "notification-event", part: [{ name: "event-number", valueString: "1" }, { name: "timestamp", valueInstant: "2026-11-20T12:59:58Z" }, { name: "focus", valueReference: { reference: "https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/9000000009" } }] },
    { name: "additional-context", part: [{ name: "event-type", valueString: type }, { name: "source", valueUri: "uk.nhs.pds" }, ...(subject === undefined ? [] : [{ name: "subject", valueReference: { identifier: { value: subject } } }])] },
  ] } }],
});

describe("a change event", () => {
  it("is read from a FHIR Bundle and from a CloudEvent: whose, what, when, and what is to be done", () => {
    const cloud = taken(readChangeEvent(JSON.stringify(cloudEvent())));
    assert.deepEqual(cloud, { id: "e-1", type: "nhs-number-change-2", use: "trace", what: "the NHS number was replaced", at: new Date("2026-11-20T13:00:00Z"), source: "https://fhir.nhs.uk/Id/nhsSpineASID/477121000324", nhsNumber: "9000000009", focus: "https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/9000000009" });
    const fhir = taken(readChangeEvent(bundle("pds-death-notification-2", "9000000009")));
    assert.deepEqual([fhir.use, fhir.nhsNumber, fhir.at.toISOString(), fhir.id], ["trace", "9000000009", "2026-11-20T12:59:58.000Z", "e-2"]);
  });

  it("of any version is of its type, and one that nobody knows is told of and has no use", () => {
    assert.equal(taken(readChangeEvent(cloudEvent({ type: "pds-change-of-gp-9" }))).use, "trace");
    assert.equal(taken(readChangeEvent(cloudEvent({ type: "moon-phase-change-1" }))).use, "none");
  });

  it("that tests the line is about nobody, whatever number it carries", () => {
    for (const subject of [undefined, "9000000009"]) assert.deepEqual(pick(taken(readChangeEvent(cloudEvent({ type: "mns-test-signal-1", subject })))), ["alive", null]);
    function pick(event: ChangeEvent): unknown[] { return [event.use, event.nhsNumber]; }
  });

  it("without a person, with a wrong number, without a time or in another shape is refused with the place", () => {
    const cases: [unknown, RegExp][] = [
      [cloudEvent({ subject: undefined }), /subject/], [cloudEvent({ subject: "9000000000" }), /subject is no NHS number: check-digit/], [cloudEvent({ time: "yesterday" }), /time/], [cloudEvent({ id: "" }), /id/], [cloudEvent({ specversion: "2.0" }), /specversion/],
      [bundle("nhs-number-change-2"), /subject/], [{ resourceType: "Bundle", type: "searchset" }, /history/], ["{", /JSON/], [[], /JSON/], [null, /JSON/],
    ];
    for (const [body, why] of cases) assert.match(refusalOf(readChangeEvent(body)).message, why);
  });

  it("never makes the reader throw", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void readChangeEvent(value)));
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom("entry", "timestamp", "id"), (value, field) => void readChangeEvent({ ...bundle("nhs-number-change-2", "9000000009"), [field]: value })));
  });
});

describe("the line of change events", () => {
  const since = new Date("2026-11-20T12:00:00Z");
  const after = (intervals: number): Date => new Date(since.getTime() + intervals * HEARTBEAT_EVERY_MS);

  it("is alive while test events come, and not alive after two of them are missing", () => {
    assert.equal(liveness(since, since, after(1)).alive, true);
    assert.equal(liveness(since, since, after(2.4)).alive, true);
    assert.deepEqual(liveness(since, since, after(3)), { alive: false, lastHeard: since, missed: 3 });
  });

  it("that never spoke is not taken for a new one for longer than that", () => {
    assert.equal(liveness(null, since, after(2)).alive, true);
    assert.deepEqual(liveness(null, since, after(4)), { alive: false, lastHeard: null, missed: 4 });
  });
});

describe("subscriptions", () => {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
  const delivered: StandInDelivery[] = [];
  const person: StandInPdsPerson = { nhsNumber: "9000000009", names: [], birthDate: "1980-05-04", gender: "female", addresses: [] };
  let apis: StandInApis;
  const clients: MnsClient[] = [];
  const client = (more: Partial<MnsSettings> = {}): MnsClient => {
    const made = createMnsClient({ url: apis.mnsUrl, mode: "demo", application: { tokenUrl: apis.tokenUrl, apiKey: "our-key", keyId: "test-1", privateKey: keys.privateKey }, mailbox: "X26HC005", workflowId: "MNS_EVENT", timeoutMs: 300, backoffMs: 2, ...more });
    clients.push(made);
    return made;
  };

  before(async () => {
    apis = taken(await startStandInApis({ mode: "demo", port: 0, applications: [{ apiKey: "our-key", keyId: "test-1", publicKey: keys.publicKey }], people: () => [person], deliver: (each) => void delivered.push(each) }));
  });
  after(async () => {
    for (const each of clients) each.close();
    await apis?.close();
  });

  it("are made once for each type of event, whoever asks again and whatever answer was lost", async () => {
    const first = taken(await client().subscribe("nhs-number-change-2"));
    assert.deepEqual(taken(await client().subscribe("nhs-number-change-2")), { id: first.id, isNew: false });
    apis.fail("POST /multicast", "lost");
    for (const each of EVENTS_TO_SUBSCRIBE) taken(await client().subscribe(each));
    assert.deepEqual(taken(await client().subscriptions()).map((each) => each.eventType).toSorted(), [...EVENTS_TO_SUBSCRIBE].toSorted());
  });

  it("bring what changed at PDS and the test event into our mailbox, as events that can be read", async () => {
    delivered.length = 0;
    await apis.change({ ...person, version: 2 }, "pds-record-change-2");
    await apis.change({ ...person, version: 3 }, "patientflags-change-1");
    apis.heartbeat();
    assert.deepEqual(delivered.map((each) => [each.mailbox, each.workflowId]), [["X26HC005", "MNS_EVENT"], ["X26HC005", "MNS_EVENT"]]);
    const [changed, alive] = delivered.map((each) => taken(readChangeEvent(each.bytes)));
    assert.deepEqual([changed!.use, changed!.nhsNumber, alive!.use, alive!.nhsNumber], ["trace", "9000000009", "alive", null]);
  });

  it("end, and end again without a fault", async () => {
    const [one] = taken(await client().subscriptions());
    assert.equal(taken(await client().unsubscribe(one!.id)), true);
    assert.equal(taken(await client().unsubscribe(one!.id)), true);
    assert.ok(!taken(await client().subscriptions()).some((each) => each.id === one!.id));
  });

  it("that MNS does not take, or a stand-in in production, are refused", async () => {
    assert.equal(refusalOf(await client({ mailbox: "not a mailbox" }).subscribe("pds-record-change-2")).code, "national.mns-not-taken");
    assert.equal(refusalOf(await client({ mode: "production" }).subscribe("pds-record-change-2")).code, "national.mns-stand-in");
  });
});

it("every event to subscribe to is one that leads to a trace", () => {
  for (const each of EVENTS_TO_SUBSCRIBE) assert.equal(EVENT_TYPES[each.replace(/-\d+$/, "")]?.use, "trace", each);
});
