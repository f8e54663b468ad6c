import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isRegionFaults, loadRegion, type Region } from "#governance";
import { openPool, uuidv7, type Pool } from "#platform";
import { freshDatabase } from "#test/database.ts";
import { monitoringFaults, monitoringOf, type RegionMonitoring } from "../region-monitoring.ts";
import { takeRound } from "./run.ts";

const loaded = loadRegion("regions/kent-medway");
if (isRegionFaults(loaded)) throw new Error("the region pack has faults");
const region: Region = loaded;
const NOW = new Date("2026-11-22T15:00:00Z");
const hours = (ago: number): Date => new Date(NOW.getTime() - ago * 3_600_000);

test("the region's data for monitoring is without a fault", () => assert.deepEqual(monitoringFaults(region), []));

describe("the job", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let [owner, job]: Pool[] = [];
  const monitoring: RegionMonitoring = monitoringOf(region)!;
  before(async () => {
    database = await freshDatabase("monitoring-job");
    if (database === null) return;
    owner = openPool(database.address, undefined, 2);
    job = openPool(database.address, "kmcr_monitoring", 2);
  });
  after(async () => {
    await Promise.all([owner?.end(), job?.end()]);
    await database?.drop();
  });
  const onDatabase = (title: string, work: () => Promise<void>): void => void test(title, async (t) => (database === null ? t.skip("needs the test database of npm test") : work()));

  async function person(more: { family?: string; postcode?: string; nhsNumber?: string } = {}): Promise<{ person: string; source: string }> {
    const [person, source] = [uuidv7(), uuidv7()];
    await owner!.query("insert into identity.source_patient (source_patient_id, organisation, local_id, feed, person_id, nhs_number, nhs_number_status, family, postcode, date_of_birth, demographics_at, first_seen, last_seen) values ($1, 'RVV', $7, 'f', $2, $3, 'absent', $4, $5, '1960-01-01', $6, $6, $6)", [source, person, more.nhsNumber ?? null, more.family ?? "Nobody", more.postcode ?? "ZZ1 1ZZ", NOW, source]);
    await owner!.query("insert into identity.link (person_id, source_patient_id, linked_at, reason) values ($1, $2, $3, 'x')", [person, source, NOW]);
    return { person, source };
  }
  async function looks(who: string, role: string, organisation: string, whom: string, at: Date, action = "open", outcome = "allowed"): Promise<string> {
    const entry = uuidv7();
    await owner!.query(
      "insert into audit.entry (person_id, entry_id, recorded, actor_id, actor_name, role, role_name, source_role, organisation, organisation_name, session_id, purpose, action, outcome, relationship, reason, policy, route, request_id, source_patients, shown) values ($1, $2, $3, $4, 'n', $5, 'r', 's', $6, 'o', 's', 'direct-care', $7, $8, 'x', null, 'p', 'GET /', $2, '{}', '{}')",
      [whom, entry, at, who, role, organisation, action, outcome],
    );
    return entry;
  }
  const clerk = ["555000001015", "support-staff", "RVV"] as const;
  const alerts = async () => (await owner!.query<{ rules: string[]; score: number; person_id: string; explanation: string; state: string; kind: string; entries: number; alert_id: string; professional_id: string }>("select a.*, (select count(*)::int from monitoring.alert_entry e where e.alert_id = a.alert_id) as entries from monitoring.alert a order by raised_at, score desc")).rows;

  onDatabase("raises one alert for a relative's visit, with each entry and its reasons, and none for care on the own ward; again and again it stays one", async () => {
    const relative = await person({ family: "Thorpe", postcode: "CT2 9XT" });
    const patient = await person();
    await owner!.query("insert into access.relationship values ($1, $2, 'RVV', 'admission', null, $3, null, 'admitted')", [patient.source, uuidv7(), hours(30)]);
    await looks(...clerk, relative.person, hours(3));
    await looks(...clerk, relative.person, hours(2.9), "document");
    await looks(...clerk, patient.person, hours(1));
    const known = new Map<string, number>();
    assert.equal((await takeRound(job!, region, monitoring, NOW, { stopped: false }, known)).judged, 3);
    assert.equal((await takeRound(job!, region, monitoring, NOW, { stopped: false }, known)).judged, 0, "what is read again is not judged again by the same process");
    const first = await alerts();
    assert.equal(first.length, 1);
    assert.deepEqual([first[0]!.person_id, first[0]!.entries, first[0]!.state], [relative.person, 2, "new"]);
    assert.ok(first[0]!.rules.includes("family") && first[0]!.rules.includes("no-relationship"), first[0]!.rules.join());
    assert.match(first[0]!.explanation, /No registration, appointment/);
    await takeRound(job!, region, monitoring, new Date(NOW.getTime() + 60_000));
    assert.deepEqual(await alerts(), first);
    const { rows } = await owner!.query("select openings, explained, persons, strangers from monitoring.day_count");
    assert.deepEqual(rows, [{ openings: 2, explained: 1, persons: 2, strangers: 1 }]);
  });

  onDatabase("an entry that was committed late is judged all the same, within the time that is read again", async () => {
    const kin = await person({ family: "Thorpe", postcode: "CT2 9XT" });
    await looks(...clerk, kin.person, new Date(NOW.getTime() - 5 * 60_000));
    await takeRound(job!, region, monitoring, new Date(NOW.getTime() + 120_000));
    assert.ok((await alerts()).some((each) => each.person_id === kin.person));
  });

  onDatabase("each breaking of the glass waits for a review; a contact that never followed is known when its time has passed, and what nobody reviewed is escalated once", async () => {
    const stranger = await person();
    await owner!.query("insert into access.reason (person_id, reason_id, professional_id, organisation, kind, reason_code, words, service, given_at, until) values ($1, $2, '555000001002', 'RVV', 'break-glass', 'emergency', 'w', null, $3, $4)", [stranger.person, uuidv7(), hours(2), hours(-10)]);
    await looks("555000001002", "ed-doctor", "RVV", stranger.person, new Date(NOW.getTime() + 150_000));
    await takeRound(job!, region, monitoring, new Date(NOW.getTime() + 180_000));
    const mine = async () => (await alerts()).find((each) => each.person_id === stranger.person)!;
    assert.deepEqual([(await mine()).rules.includes("break-glass"), (await mine()).rules.includes("no-later-contact")], [true, false]);
    const later = new Date(NOW.getTime() + 8 * 86_400_000);
    assert.ok((await takeRound(job!, region, monitoring, later)).escalated >= 1);
    assert.ok((await mine()).rules.includes("no-later-contact"), (await mine()).rules.join());
    assert.equal((await takeRound(job!, region, monitoring, later)).escalated, 0);
    const { rows } = await owner!.query("select act from monitoring.journal where subject_id = $1", [(await mine()).alert_id]);
    assert.deepEqual(rows, [{ act: "escalated" }]);
  });

  onDatabase("an alert of an earlier look waits for the review of a broken glass once the glass was broken", async () => {
    const kin = await person({ family: "Thorpe", postcode: "CT2 9XT" });
    const at = new Date(NOW.getTime() + 12 * 86_400_000);
    const of = async () => (await owner!.query<{ break_glass: boolean; due_at: Date }>("select break_glass, due_at from monitoring.alert where person_id = $1", [kin.person])).rows;
    await looks(...clerk, kin.person, at);
    await takeRound(job!, region, monitoring, new Date(at.getTime() + 30_000));
    const [before] = await of();
    assert.equal(before!.break_glass, false);
    await owner!.query("insert into access.reason (person_id, reason_id, professional_id, organisation, kind, reason_code, words, service, given_at, until) values ($1, $2, $3, 'RVV', 'break-glass', 'emergency', 'w', null, $4, $5)", [kin.person, uuidv7(), clerk[0], new Date(at.getTime() + 60_000), new Date(at.getTime() + 3_600_000)]);
    await looks(...clerk, kin.person, new Date(at.getTime() + 90_000));
    await takeRound(job!, region, monitoring, new Date(at.getTime() + 120_000));
    const after = await of();
    assert.deepEqual([after.length, after[0]!.break_glass, after[0]!.due_at <= before!.due_at], [1, true, true]);
  });

  onDatabase("a little at a time adds up over weeks, though each look alone raises nothing", async () => {
    const from = new Date(NOW.getTime() + 20 * 86_400_000);
    for (let week = 0; week < 10; week++) {
      const at = new Date(from.getTime() + week * 7 * 86_400_000);
      await looks("555000001007", "community-nurse", "RYY", (await person()).person, at);
      await takeRound(job!, region, monitoring, new Date(at.getTime() + 60_000));
    }
    const mine = (await alerts()).filter((each) => each.professional_id === "555000001007");
    assert.deepEqual(mine.filter((each) => each.kind === "pattern").map((each) => [each.rules.join(), each.entries]), [["serial", 10]]);
  });

  onDatabase("a first run over weeks counts each day whole, and looking again at one day leaves the next as it was", async () => {
    const { rows: before } = await owner!.query("select day::text, professional_id, openings, persons, strangers from monitoring.day_count order by 1, 2");
    await owner!.query("delete from monitoring.progress");
    await owner!.query("delete from monitoring.day_count");
    await takeRound(job!, region, monitoring, new Date(NOW.getTime() + 91 * 86_400_000));
    const { rows: after } = await owner!.query("select day::text, professional_id, openings, persons, strangers from monitoring.day_count order by 1, 2");
    assert.deepEqual(after, before);
    assert.ok(after.length > 10);
  });

  onDatabase("what an officer has taken up stays as it is when the job comes by again", async () => {
    const { rows } = await owner!.query<{ alert_id: string; organisation: string; person_id: string }>("update monitoring.alert set state = 'justified', score = 1 where kind = 'access' and professional_id = $1 returning alert_id, organisation, person_id", [clerk[0]]);
    await owner!.query("delete from monitoring.progress");
    await takeRound(job!, region, monitoring, NOW);
    for (const each of rows) assert.equal((await alerts()).find((one) => one.alert_id === each.alert_id)!.score, 1);
  });

  onDatabase("no table of monitoring holds a name, an address or a number of a person", async () => {
    const { rows } = await owner!.query<{ text: string }>("select a::text as text from monitoring.alert a union all select j::text from monitoring.journal j");
    for (const { text } of rows) assert.doesNotMatch(text, /Thorpe|CT2|\b999\d{7}\b/);
  });
});
