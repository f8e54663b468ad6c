/** The record of each role: lists of people, a referral followed, who is involved, plans and the person's own words, from the outside. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { daysAgo, People, STAFF, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, textOf, WebReader } from "#test/web-reader.ts";

const COMMUNITY = "Kent Community Health NHS Foundation Trust";
const ACUTE = "Maidstone and Tunbridge Wells NHS Trust";
const PRACTICE = "Albion Place Medical Practice";
const COUNCIL = "Kent County Council";
const DEREK = "referrals-followed";

/** Text as a reader sees it, without the gaps that tags leave before a comma. */
const flat = (html: string): string => textOf(html).replace(/ ([,.:;])/g, "$1");
/** The text of one section of a page, by its id. */
const part = (html: string, id: string): string => flat(new RegExp(`<section[^>]*\\bid="${id}"[\\s\\S]*?</section>`).exec(html)?.[0] ?? assert.fail(`no ${id}`));

describe("the record of each role", () => {
  let product: Product;
  let people: People;
  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
  });
  after(() => product?.stop());

  it("the first page leads with what the role works from: search, wards or caseload", async () => {
    const first = async (staff: Staff): Promise<string> => /<h1[^>]*>([\s\S]*?)<\/h1>/.exec((await (await people.as(staff)).get("/")).html)![1]!;
    for (const [staff, words] of [["paramedic", "Find a person"], ["gp", "Find a person"], ["hospitalDoctor", "People on your wards"], ["communityNurse", "People with whom you are named"], ["adultSocialWorker", "Your team's caseload"], ["wardClerk", "People on your wards"]] as const) assert.equal(textOf(await first(staff)), words, staff);
    const gp = await (await people.as("gp")).get("/");
    assert.doesNotMatch(gp.text, /caseload|on your wards/, "a practice has no such list");
  });

  it("a community nurse finds the people with whom she is named, then a team's, without a clinical fact", async () => {
    const nurse = await people.as("communityNurse");
    const mine = await nurse.get("/");
    assert.match(part(mine.html, "l-caseload"), /WINCH, Derek \(Mr\).*Heart failure n|WINCH, Derek \(Mr\)/);
    assert.doesNotMatch(part(mine.html, "l-caseload"), /WHIBLEY/, "Margaret is on another nurse's list");
    const all = await nurse.get("/?team=*");
    assert.match(part(all.html, "l-caseload"), /WHIBLEY|KEMSLEY/);
    const one = await nurse.get(`/?team=${encodeURIComponent("Virtual ward")}`);
    const virtual = rowsOf(one.html).filter((row) => row.some((cell) => cell.startsWith("Virtual ward")));
    assert.ok(virtual.length > 0 && rowsOf(/id="l-caseload"[\s\S]*?<\/section>/.exec(one.html)![0]).slice(1).every((row) => row.some((cell) => cell.startsWith("Virtual ward"))), "the team's people alone");
    for (const secret of ["furosemide", "Allerg", "DO NOT ATTEMPT"]) assert.doesNotMatch(part(all.html, "l-caseload"), new RegExp(secret, "i"));
    assert.match(part(all.html, "l-caseload"), /whereabouts are protected are not listed/, "by role, whether or not there are any");
  });

  it("a ward's list holds who is in bed there now, and nobody who has left", async (t) => {
    const doctor = await WebReader.signIn(product, STAFF.edDoctor, "Hospital doctor");
    const started = performance.now();
    const page = await doctor.get("/");
    t.diagnostic(`the ward list took ${Math.round(performance.now() - started)} ms`);
    assert.match(part(page.html, "l-wards"), /FULLER, Maureen/, "her discharge was cancelled");
    assert.match(part(page.html, "l-wards"), /Respiratory ward/);
    assert.doesNotMatch(part(page.html, "l-wards"), /COBB, Terence/, "his admission was a mistake");
  });

  it("what the lists show is on record for each person shown", async () => {
    const personId = await people.id(DEREK);
    await (await people.as("communityNurse")).get("/");
    const officer = await people.as("privacyOfficer");
    const trail = await officer.get(`/office/privacy/person?person=${personId}`);
    assert.equal(trail.status, 200, trail.text.slice(0, 200));
    assert.match(trail.text, /Marcus Bell/);
  });

  it("PUR-04 a referral is followed from the practice to discharge, each step with date, organisation and who", async () => {
    const list = await people.page("gp", DEREK, "/referrals");
    const row = rowsOf(list.html).find((cells) => cells.join().includes("Referral to cardiology") || cells.join().includes("Cardiology"))!;
    assert.ok(row?.some((cell) => /Discharged/.test(cell)), `the list says how far it came: ${row?.join(" | ")}`);
    const address = /href="\/person\/[0-9a-f-]{36}(\/referral\/[0-9a-f]{64})"/.exec(list.html.slice(list.html.search(/cardiology/i)))![1]!;
    const { text, html } = await people.page("gp", DEREK, address);
    const steps = [...html.matchAll(/<li class="step[^"]*">([\s\S]*?)(?=<li class="step|<\/ol>)/g)].map((each) => textOf(each[1]!));
    assert.equal(steps.length, 6, text);
    for (const [index, facts] of ([["Sent", daysAgo(90), PRACTICE], ["Received", daysAgo(88), ACUTE], ["Accepted", daysAgo(84), ACUTE], ["Appointment made", "Dr Ruth Oyelaran", ACUTE], ["Seen", daysAgo(30), ACUTE], ["Discharged", daysAgo(10), ACUTE]] as const).entries()) for (const fact of facts) assert.ok(typeof fact === "string" ? steps[index]!.includes(fact) : fact.test(steps[index]!), `${fact} in ${steps[index]}`);
    assert.match(text, /Entries.*Albion Place.*; .*Maidstone|Entries.*Maidstone.*; .*Albion Place/, "two organisations' entries are one referral");
  });

  it("PUR-04 over FHIR the same steps come from task, appointment, visit and their versions", async () => {
    const list = await people.page("gp", DEREK, "/referrals");
    const address = /href="\/person\/[0-9a-f-]{36}(\/referral\/[0-9a-f]{64})"/.exec(list.html.slice(list.html.indexOf("Podiatry: diabetic foot care")))![1]!;
    const { html } = await people.page("gp", DEREK, address);
    const steps = [...html.matchAll(/<li class="step[^"]*">([\s\S]*?)(?=<li class="step|<\/ol>)/g)].map((each) => textOf(each[1]!));
    for (const [index, facts] of ([["Dr Anil Desai", daysAgo(60)], ["Received", daysAgo(58)], ["Accepted", daysAgo(55), "Podiatrist Leigh Amos"], [daysAgo(54), "for", daysAgo(40), "Heathside clinic"], ["Podiatry: first assessment", daysAgo(40)], [daysAgo(12), "Discharged to the practice"]] as const).entries()) for (const fact of facts) assert.ok(typeof fact === "string" ? steps[index]!.includes(fact) : fact.test(steps[index]!), `${fact} in ${steps[index]}`);
  });

  it("PUR-04 a step that nobody told is not told, never not done", async () => {
    const list = await people.page("gp", "interpreter", "/referrals");
    const address = /href="\/person\/[0-9a-f-]{36}(\/referral\/[0-9a-f]{64})"/.exec(list.html)![1]!;
    const { text } = await people.page("gp", "interpreter", address);
    assert.match(text, /Received Not told by any source\. It may have happened\./);
    assert.doesNotMatch(text, /not received|not accepted|not seen/i);
  });

  it("REC-30 REC-43 who is involved: professionals by organisation with their numbers and hours, key worker marked; family beside, marked as about others", async () => {
    const { html } = await people.page("gp", DEREK, "/people");
    const team = part(html, "s-professional-contacts");
    for (const fact of [COMMUNITY, "switchboard", "Marcus Bell, Key worker Key worker", "Named nurse", "01632 960170", "every day 8am to 8pm"]) assert.ok(team.includes(fact), `${fact} in ${team}`);
    assert.match(team, daysAgo(45));
    const family = part(html, "s-personal-contacts");
    for (const fact of ["Sylvia Winch", "Wife and main carer", "Carer", "07700 900431", "about another person", "These entries are about other people too"]) assert.ok(family.includes(fact), `${fact} in ${family}`);
    const attorney = part((await people.page("hospitalDoctor", "lpa-adrt-dols", "/people")).html, "s-personal-contacts");
    assert.match(attorney, /Who may decide for the person.*Lasting power of attorney/);
  });

  it("J6 a social worker's four questions: who is involved, which package, when out of hospital, whom to ring", async (t) => {
    const started = performance.now();
    const summary = await people.page("adultSocialWorker", "heavy");
    t.diagnostic(`J6: 0 activations, ${Math.round(performance.now() - started)} ms`);
    const now = part(summary.html, "now");
    for (const fact of ["Home care, 4 visits a day", "Orchard Care at Home", "01632 960200", "every day 7am to 10pm"]) assert.ok(now.includes(fact), `${fact} in ${now}`);
    assert.match(now, /Whom to ring: Claire Denholm, Allocated social worker/);
    assert.match(now, /Left hospital \d\d-\w{3}-\d{4}|since \d\d-\w{3}-\d{4}/);
    assert.match(summary.html, /href="[^"]+\/people"/, "everybody involved is one activation away");
  });

  it("J7 a mental health nurse: crisis plan, status under the Mental Health Act and risk without an activation", async (t) => {
    const started = performance.now();
    const { html } = await people.page("mentalHealthNurse", "mha-section-3");
    t.diagnostic(`J7: 0 activations, ${Math.round(performance.now() - started)} ms`);
    assert.match(part(html, "plans"), /Crisis and safety plan/);
    assert.match(part(html, "alerts"), /section 3/);
    await people.row("mentalHealthNurse", "mha-section-2", "/alerts", "Overspending, exhaustion", "Moderate");
    await people.row("mentalHealthNurse", "mha-section-2", "/legal", "section 2", "Willow ward", daysAgo(4));
  });

  it("J8 a hospice nurse reads wishes, anticipatory medicines and the last contact without an activation", async (t) => {
    const started = performance.now();
    const { html, text } = await people.page("hospiceNurse", "hospice-anticipatory");
    t.diagnostic(`J8: 0 activations, ${Math.round(performance.now() - started)} ms`);
    assert.match(part(html, "escalation"), /Preferred place of death: home/);
    assert.match(part(html, "medicines"), /Midazolam.*Just in case/);
    assert.match(text, /What changed/);
  });

  it("PUR-07 PUR-19 the plan in force is pinned with owner, version, review and agreement; what it replaced is marked, an overdue review too", async () => {
    for (const staff of ["gp", "communityNurse", "adultSocialWorker"] as const) {
      const { html } = await people.page(staff, DEREK, "/plans");
      const plans = part(html, "s-care-plan");
      assert.match(plans, /after the stay at home was agreed.*Marcus Bell — version 1 — review due .* — agreed with the person.*Superseded, ended or withdrawn.*Heart failure plan Superseded by/, staff);
      assert.match(part(html, "s-contingency-plans"), /If breathless at night Review overdue.*not said whether agreed with the person/, staff);
    }
    await people.row("gp", "safeguarding-adult", "/plans", "Care and support plan", "agreed with the person", COUNCIL);
    const summary = part((await people.page("communityNurse", DEREK)).html, "plans");
    assert.match(summary, /after the stay at home was agreed/);
    assert.doesNotMatch(summary, /Weigh once a week/, "what was replaced is not among plans in force");
  });

  it("PUR-06 PUR-12 PUR-19 what matters to the person, strengths and goals stand on top of care and plans, and what was told once is read by every service", async () => {
    for (const [staff, path] of [["adultSocialWorker", "/services"], ["gp", "/plans"], ["hospiceNurse", "/services"], ["mentalHealthNurse", "/about-me"]] as const) {
      const { html } = await people.page(staff, DEREK, path);
      const text = flat(html);
      assert.ok(text.includes("Please do not ask again: My brother's death. Read it here."), `${staff} ${path}`);
      assert.ok(text.includes("Told once, for everybody"), `${staff} ${path}`);
      assert.ok(text.includes("Goal To walk to the allotment and back: Improving"), `${staff} ${path}`);
      if (path !== "/about-me") assert.ok(html.indexOf('id="h-person"') < html.indexOf('class="panel panel--list"'), "before what services say");
    }
  });

  it("PUR-06 REC-11 one history: conditions, operations, maternity, family and circumstances on one page, in that order", async () => {
    const { html } = await people.page("gp", "maternity", "/history");
    assert.deepEqual([...html.matchAll(/<h2 id="h-s-[a-z-]+">([^<]+)</g)].map((each) => each[1]), ["Medical history", "Operations and therapies", "Pregnancy and maternity", "Family history", "Circumstances and household"]);
  });

  it("REC-12 a child's birth leads to the mother's record for a reader to whom it would open, and says nothing of a link to any other", async () => {
    const lead = async (staff: Staff): Promise<string> => (await people.page(staff, "neonate", "/birth")).html;
    const midwife = await lead("midwife");
    assert.match(midwife, /Hannah Ashdown/);
    const gp = await lead("gp");
    assert.ok(gp.includes(`href="/person/${await people.id("maternity")}"`), "registered with the same practice");
    // The crew has a reason for the child, and none for the mother.
    const paramedic = await lead("paramedic");
    assert.match(paramedic, /Hannah Ashdown/, "the child's own record names her");
    assert.ok(!paramedic.includes(await people.id("maternity")) && !paramedic.includes("Open the mother"), "no way, and no word that there could be one");
  });

  it("REC-31 REC-32 REC-36 REC-37 REC-40 kind of support, who assessed and how to reach them, why, where, when and by whom, and what a treatment led to", async () => {
    await people.row("childrensSocialWorker", "looked-after", "/services", "Foster placement", "Therapeutic foster care");
    await people.row("gp", "heavy", "/assessments", "Care Act assessment", "Claire Denholm", "Social worker", "01632 960100", COUNCIL);
    await people.row("gp", DEREK, "/hospital-care", "Podiatry: first assessment", "Loss of feeling in both feet", "Heathside clinic", "Podiatrist Leigh Amos", "Podiatrist", /\d\d:\d\d/);
    await people.row("gp", DEREK, "/referrals", "Podiatry: diabetic foot care", "Loss of feeling in both feet");
    await people.row("gp", DEREK, "/appointments", "Podiatry", "Heathside clinic", "Podiatrist Leigh Amos", "Foot check", /\d\d:\d\d/);
    await people.row("gp", DEREK, "/operations", "Pressure-relieving insoles fitted", "Ulcer healed, walking without pain", "Heathside clinic");
  });

  it("PUR-10 an entry says whom to ask about it", async () => {
    const list = await people.page("gp", DEREK, "/services");
    const address = /href="\/person\/[0-9a-f-]{36}(\/item\/[0-9a-f]{64})">Heart failure nursing/.exec(list.html)![1]!;
    const { text } = await people.page("gp", DEREK, address);
    assert.match(text, new RegExp(`Ask about it Marcus Bell 01632 960170 every day 8am to 8pm; ${COMMUNITY} 01632 960017`));
  });

  it("PUR-15 the help tells this record from the national Summary Care Record, and that the two choices are separate", async () => {
    const { text } = await (await people.as("gp")).get("/help");
    assert.match(text, /national Summary Care Record/);
    assert.match(text, /The two choices are separate/);
    assert.match(text, /Tell your GP practice/);
  });
});

