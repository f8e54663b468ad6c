/** Every category of the record, by role and story person: the person's actual facts stand on the page, with their source. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { daysAgo, People, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";
import { rowsOf, textOf } from "#test/web-reader.ts";

type Fact = string | RegExp;
const COMMUNITY = "Kent Community Health NHS Foundation Trust";
const ACUTE = "Maidstone and Tunbridge Wells NHS Trust";
const MENTAL_HEALTH = "Kent and Medway NHS and Social Care Partnership Trust";
const COUNCIL = "Kent County Council";
const PRACTICE = "Medical Practice";

/** Rule, reader, story person, page, and what one row of that page holds. */
const ROWS: readonly (readonly [rule: string, staff: Staff, key: string, path: string, ...facts: Fact[]])[] = [
  ["REC-02 people to contact in an emergency, with relationship, number and rank", "gp", "maternity", "/emergency-contacts", "Craig Ashdown", "Husband", "contact 1", "07700 900321", ACUTE],
  ["REC-03 a social care assessment with its outcome and who assessed", "adultSocialWorker", "carer", "/assessments", "Carer's assessment", "four hours' respite a week", daysAgo(130), "Claire Denholm", COUNCIL],
  ["REC-04 REC-27 a care package with provider, worker and start", "gp", "heavy", "/services", "Home care, 4 visits a day", "Orchard Care at Home", "Claire Denholm", COUNCIL],
  ["REC-04 equipment by its name", "adultSocialWorker", "safeguarding-adult", "/services", "Hospital-type bed with side rails", "Key safe at the front door", COUNCIL],
  ["PUR-05 a virtual ward is listed among services", "communityNurse", "virtual-ward", "/services", "Virtual ward", "Active", daysAgo(6), COMMUNITY],
  ["REC-05 a safeguarding concern with owner and review, for those who must know", "adultSocialWorker", "safeguarding-adult", "/safeguarding", "Concern about financial abuse by a relative", "owner Priya Nair", daysAgo(25), COUNCIL],
  ["REC-05 a child protection plan, for children's social work", "childrensSocialWorker", "child-protection", "/safeguarding", "Child protection plan: neglect", "owner Michael Asante", daysAgo(95), "Council"],
  ["REC-07 a diagnosis with onset, status and source", "gp", "research", "/problems", "Malignant neoplasm of breast", "Active", daysAgo(700), PRACTICE],
  ["REC-08 an operation with date and provider", "gp", "maternity", "/operations", "Spontaneous vertex delivery", "Completed", daysAgo(21), ACUTE],
  ["REC-10 an alert with who raised it", "edDoctor", "heavy", "/alerts", "Difficult airway noted at operation in 2016", "Nurse Kim Sharpe", daysAgo(47), COMMUNITY],
  ["REC-10 a risk with its level and mitigation", "adultSocialWorker", "safeguarding-adult", "/alerts", "Money taken from purse", "High", "Bank card held by daughter", COUNCIL],
  ["REC-11 maternity history: the pregnancy", "midwife", "maternity", "/history", "Pregnant", daysAgo(160), COMMUNITY],
  ["REC-12 birth details in the child's record", "midwife", "neonate", "/birth", "Birth weight", "3.42 kg", COMMUNITY],
  ["REC-13 an admission with ward, specialty by name, consultant and how it ended", "hospitalDoctor", "heavy", "/hospital-care", "General internal medicine", "Respiratory ward", "Dr Anil Mehta", "Finished", ACUTE],
  ["REC-13 a cancelled discharge: still on the ward", "edDoctor", "cancelled-discharge", "/hospital-care", "Respiratory ward", "Current", daysAgo(5)],
  ["REC-14 a booked appointment with service and professional", "gp", "heavy", "/appointments", "Cardiology", "Dr Ruth Oyelaran", "Booked", ACUTE],
  ["REC-15 a discharge summary among the documents, by date and organisation", "gp", "heavy", "/documents", "Discharge summary: Community acquired pneumonia", "PDF", ACUTE],
  ["REC-16 a result with unit and range", "hospitalDoctor", "corrected-result", "/results", "Potassium", "4.4 mmol/L", "3.5 - 5.3", daysAgo(18), ACUTE],
  ["REC-17 a report", "hospitalDoctor", "corrected-result", "/reports", "Urea and electrolytes", "Corrected", ACUTE],
  ["REC-18 an examination with unit and source", "communityNurse", "virtual-ward", "/examinations", "Body weight", "81.2 kg", COMMUNITY],
  ["REC-19 a trial with the line that unblinds", "hospitalDoctor", "research", "/research", "HARBOUR trial", "01632 960777", daysAgo(240), COMMUNITY],
  ["REC-20 detention under the Mental Health Act, with section, start and end, for mental health staff", "mentalHealthNurse", "mha-section-2", "/legal", "section 2: admission for assessment", "Dr Anil Mehta", daysAgo(4), MENTAL_HEALTH],
  ["REC-21 a resuscitation decision, where the form is kept and when it is reviewed", "paramedic", "respect-dnacpr", "/end-of-life", "DO NOT ATTEMPT CPR", "Lilac folder on the fridge at home", "review due", "Dr Helen Carver", COMMUNITY],
  ["REC-21 the preferred place of death", "hospiceNurse", "hospice-anticipatory", "/end-of-life", "Preferred place of death: home", "with the dog near by", "Sister Paula Grice", "Hospice"],
  ["REC-21 anticipatory medicines in the house", "hospiceNurse", "hospice-anticipatory", "/medicines", "Midazolam 10mg/2ml", "when needed for agitation", "Hospice"],
  ["REC-22 the summary of care that has finished", "mentalHealthNurse", "mha-section-3", "/care-finished", "Acute psychiatric ward", "Usual place of residence", "Finished", MENTAL_HEALTH],
  ["REC-26 a plan with owner and review date", "paramedic", "respect-dnacpr", "/plans", "Treatment escalation plan", "Oral antibiotics yes, intensive care no", "review due", "Dr Helen Carver", COMMUNITY],
  ["REC-26 a plan for when the carer cannot", "adultSocialWorker", "carer", "/plans", "If I cannot care", "sister comes to stay", "Claire Denholm", COUNCIL],
  ["REC-29 About Me in the person's own words", "communityNurse", "learning-disability", "/about-me", "Trains, my key worker Dee", "Tell me before you touch me", COMMUNITY],
  ["REC-29 an individual requirement, and who said it", "hospitalDoctor", "interpreter", "/about-me", "Interpreter needed: Nepali", COMMUNITY],
  ["REC-35 what a person did for a living, and how the household is made up", "adultSocialWorker", "safeguarding-adult", "/circumstances", "Retired school cook", COUNCIL],
  ["REC-38 a referral with both ends named", "gp", "interpreter", "/referrals", "Referral to ophthalmology", "Ophthalmology outpatients", PRACTICE],
  ["REC-39 a test that was asked for", "gp", "research", "/requests", "CT of chest", "Dr Nina Kowalska", daysAgo(20), COMMUNITY],
  ["REC-43 the care coordinator", "mentalHealthNurse", "mha-section-3", "/people", "Community mental health team", "Care coordinator", MENTAL_HEALTH],
  ["REC-43 the key worker with a number to ring", "childrensSocialWorker", "child-protection", "/people", "key worker", "01632 960144"],
  ["a family history with the relative", "gp", "research", "/family-history", "Malignant neoplasm of breast", "Mother", COMMUNITY],
  ["a lasting power of attorney, and where the paper is", "hospitalDoctor", "lpa-adrt-dols", "/legal", "Lasting power of attorney", "daughter Ruth Pilcher", "Copy in the practice record", COMMUNITY],
  ["a deprivation of liberty authorisation with its end", "hospitalDoctor", "lpa-adrt-dols", "/legal", "Deprivation of liberty safeguards: standard authorisation", "Council legal file", COUNCIL],
];

describe("the record of a joined-up person", () => {
  let product: Product;
  let people: People;
  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
  });
  after(() => product?.stop());

  for (const [rule, staff, key, path, ...facts] of ROWS) it(rule, () => people.row(staff, key, path, ...facts).then(() => undefined));

  it("REC-01 the banner of every page: name, born with age, sex, NHS number in 3-3-4 form; sources side by side with local numbers", async () => {
    for (const path of ["", "/medicines", "/details"]) {
      const { html } = await people.page("gp", "heavy", path);
      const banner = textOf(/<[^>]+class="[^"]*\bperson\b[^"]*"[\s\S]*?<main/.exec(html)?.[0] ?? html.slice(0, html.indexOf("<main")));
      for (const fact of ["WHIBLEY, Margaret Rose (Mrs)", "14-Feb-1939", "(87y)", "female", "999 000 0441", "Hopgarden Lane"]) assert.ok(banner.includes(fact), `${path}: ${fact} in ${banner}`);
    }
    const rows = rowsOf((await people.page("gp", "heavy", "/details")).html);
    const heading = rows[0]!;
    for (const source of [ACUTE, COMMUNITY, COUNCIL]) assert.ok(heading.includes(source), heading.join());
    const numbers = rows.find((row) => row[0] === "Local number")!.slice(1);
    assert.equal(new Set(numbers).size, heading.length - 1, "each organisation's own number");
  });

  it("REC-23 REC-25 the summary has active problems and recent results, with values and sources", async () => {
    const { text } = await people.page("edDoctor", "heavy");
    for (const fact of ["Chronic obstructive", "Furosemide 40mg tablets", "ReSPECT plan in place", "Front of the yellow folder", "mmol/L", "Cardiology"]) assert.ok(text.includes(fact), fact);
    const { text: changed } = await people.page("gp", "heavy");
    assert.ok(!/12 changed in 30 days/.test(changed), "the next issue of a repeat is not a change");
  });

  it("REC-09 medicines are merged by product, a dose that differs stands with both sources", async () => {
    const sertraline = await people.row("pharmacist", "dose-disagreement", "/medicines", "Sertraline 50mg tablets", "Differs in dose", "150 mg", MENTAL_HEALTH, PRACTICE);
    assert.match(sertraline, /One .*tablet once a day|50mg.*once a day/i);
    await people.row("pharmacist", "dose-disagreement", "/medicines", "Methotrexate 2.5mg tablets", "Differs in dose", "once a WEEK, on Monday", "One 2.5mg tablet once a day", COMMUNITY, PRACTICE);
    const rows = rowsOf((await people.page("pharmacist", "dose-disagreement", "/medicines")).html).filter((row) => row[0]?.startsWith("Sertraline"));
    assert.equal(rows.length, 1, "one row a product");
  });

  it("REC-24 conflicting allergies all stand: anaphylaxis, rash, and a source that says none", async () => {
    await people.row("edDoctor", "allergy-conflict", "/allergies", "Penicillin", "Differs in", "Anaphylaxis, severe", "Rash — mild", PRACTICE, ACUTE);
    const { text } = await people.page("edDoctor", "allergy-conflict");
    assert.match(text, /No known allerg/i, "the out-of-hours service said none");
    assert.match(text, /Integrated Care 24/);
  });

  it("REC-24 PUR-16 no known allergies, asked, reads otherwise than never asked", async () => {
    const allergies = async (key: string): Promise<string> => {
      const { html } = await people.page("gp", key);
      return textOf(/id="allergies"[\s\S]*?<\/section>/.exec(html)![0]);
    };
    const [asserted, notAsked] = [await allergies("allergy-none-asserted"), await allergies("allergy-not-asked")];
    assert.match(asserted, /No known allerg/i);
    assert.doesNotMatch(notAsked, /No known allerg/i);
    assert.match(notAsked, /Not asked \(Albion Place Medical Practice/);
  });

  it("PUR-16 what a source said has words of its own: holds nothing, does not share, does not know the person, has sent nothing", async () => {
    const text = (await Promise.all(["/allergies", "/documents"].map(async (path) => (await people.page("gp", "heavy", path)).text))).join(" ");
    for (const words of ["holds no allergy entry. This does not mean there are none.", "Do not share allergies here: ", "Not known to Dartford and Gravesham NHS Trust", "Some information may not be shown for your role."]) assert.ok(text.includes(words), words);
    assert.match(text, /HCRG Care Group[^.]* ha(s|ve) sent nothing yet/);
  });

  it("PUR-01 one platform holds GP, acute, community, mental health, ambulance, hospice, adult and children's social care, each labelled", async () => {
    const seen = new Map<string, string>();
    for (const [kind, staff, key, path, ...facts] of [
      ["gp", "gp", "heavy", "/problems", "Heart failure", PRACTICE],
      ["acute", "gp", "heavy", "/hospital-care", "Respiratory ward", ACUTE],
      ["community", "gp", "heavy", "/alerts", "Falls: three in six months", COMMUNITY],
      ["adult social care", "gp", "heavy", "/services", "Orchard Care at Home", COUNCIL],
      ["mental health", "mentalHealthNurse", "mha-section-136", "/legal", "section 136: place of safety", MENTAL_HEALTH],
      ["ambulance", "mentalHealthNurse", "mha-section-136", "/documents", "Ambulance clinical record", "South East Coast Ambulance Service"],
      ["hospice", "hospiceNurse", "child-hospice", "/plans", "Symptom management plan", "Demelza Hospice Care for Children"],
      ["children's social care", "childrensSocialWorker", "looked-after", "/safeguarding", "Looked after: full care order", "Medway Council"],
    ] as const) seen.set(kind, await people.row(staff, key, path, ...facts));
    assert.equal(seen.size, 8);
    const summary = await people.page("gp", "heavy");
    for (const source of ["Albion Place Medical Practice", ACUTE, COMMUNITY, COUNCIL]) assert.ok(summary.text.includes(source), `${source} on one screen`);
  });

  it("PUR-13 an item opens with its source, author, message and what an earlier version said", async () => {
    const list = await people.page("hospitalDoctor", "corrected-result", "/results");
    const row = /<tr>(?:(?!<\/tr>)[\s\S])*?Potassium[\s\S]*?<\/tr>/.exec(list.html)![0];
    const address = /href="\/person\/[0-9a-f-]{36}(\/item\/[^"#]+)"/.exec(row)?.[1];
    assert.ok(address, row);
    const item = await people.page("hospitalDoctor", "corrected-result", address);
    assert.equal(item.status, 200);
    for (const fact of ["Potassium", "4.4", "7.9", "Corrected", ACUTE]) assert.ok(item.text.includes(fact), `${fact} in ${item.text.slice(0, 3000)}`);
    assert.match(item.text, /ORU|hl7v2|HL7/i);
  });

  it("REC-15 a document is read in the page itself, with no forced download", async () => {
    const list = await people.page("communityNurse", "learning-disability", "/documents");
    const address = /href="\/person\/[0-9a-f-]{36}(\/item\/[^"#]+)"/.exec(list.html.slice(list.html.indexOf(">Hospital passport<") - 200))![1]!;
    const item = await people.page("communityNurse", "learning-disability", address);
    assert.ok(item.text.includes("I take my tablets with yoghurt. If I rock, I am worried, not angry."), item.text.slice(-600));
  });

  it("REC-44 the treatment escalation form opens from the summary, and two opposite decisions both stand", async () => {
    const { html } = await people.page("paramedic", "respect-dnacpr");
    assert.match(textOf(html), /ReSPECT plan in place/);
    const documents = await people.page("paramedic", "respect-dnacpr", "/documents");
    const item = /href="\/person\/[0-9a-f-]{36}\/documents\/([^"#?]+)[^"]*"[^>]*>ReSPECT form/.exec(documents.html)?.[1];
    assert.ok(item);
    assert.match((await people.page("paramedic", "respect-dnacpr", `/documents/${item}`)).html, new RegExp(`/item/${item}/document`));
    const { text } = await people.page("paramedic", "respect-two-decisions");
    assert.match(text, /Not for attempted cardiopulmonary resuscitation/);
    assert.match(text, /For attempted cardiopulmonary resuscitation/);
  });

  it("REC-20 REC-05 support staff see neither detention nor safeguarding, and nothing says that there is any", async () => {
    for (const [key, path, secret] of [["mha-section-2", "/legal", /section 2|Dr Anil Mehta|mania/], ["safeguarding-adult", "/safeguarding", /financial abuse|nephew/]] as const) {
      const reader = await people.as("wardClerk");
      const page = await reader.get(`/person/${await people.id(key)}${path}`);
      assert.doesNotMatch(page.text, secret);
      const other = await reader.get(`/person/${await people.id("twin-noah")}${path}`);
      assert.equal(page.status, other.status, "the same answer as for a person who has none");
    }
  });

  it("REC-06 legal status for being in the UK shows to named roles alone, never in find-a-person", async () => {
    await people.row("adultSocialWorker", "immigration", "/uk-status", "Asylum claim pending", COMMUNITY);
    for (const staff of ["paramedic", "edDoctor", "pharmacist"] as const) for (const path of ["", "/uk-status", "/details", "/circumstances", "/section/person-demographics"]) {
      const page = await people.page(staff, "immigration", path);
      assert.doesNotMatch(page.text, /Asylum/i, `${staff} ${path}`);
    }
    const found = await (await people.as("gp")).post("/find", await (await people.as("gp")).get("/find"), { nhsNumber: "9990000182" });
    assert.doesNotMatch(found.text, /Asylum|immigration/i);
  });

  it("REC-28 religion shows to a role that may see it and to no other", async () => {
    assert.match((await people.page("gp", "interpreter", "/details")).text, /Hindu/);
    assert.doesNotMatch((await people.page("pharmacist", "interpreter", "/details")).text, /Hindu/);
  });

  it("REC-33 criminal offence data shows to named roles alone", async () => {
    await people.row("mentalHealthNurse", "offence-label", "/legal", "Community order with mental health treatment requirement", MENTAL_HEALTH);
    for (const staff of ["paramedic", "edDoctor", "adultSocialWorker"] as const) for (const path of ["", "/legal", "/other", "/section/legal-information"]) assert.doesNotMatch((await people.page(staff, "offence-label", path)).text, /Community order/, `${staff} ${path}`);
  });

  it("a protected address: no address, telephone, practice or hint of a place on any page of a role without the label", async () => {
    for (const path of ["", "/details", "/emergency-contacts", "/circumstances", "/appointments", "/services", "/alerts", "/people", "/documents", "/sources", "/medicines"]) {
      const { text, status } = await people.page("pharmacist", "s-flag", path);
      if (status !== 200) continue;
      assert.doesNotMatch(text, /Refuge|location withheld|\b(?:ME|CT|TN|DA)\d{1,2} \d[A-Z]{2}\b|07700 900\d{3}/, path);
      if (path === "/details" || path === "") assert.doesNotMatch(text, /GP practice (?!not)[A-Z]\w+ \w+ Medical Practice/, path);
    }
  });

  it("twins are never one person: asthma of one does not reach the other", async () => {
    assert.match((await people.page("gp", "twin-leo", "/problems")).text, /Asthma/);
    assert.doesNotMatch((await people.page("gp", "twin-noah", "/problems")).text, /Asthma/);
  });

  it("a person who died: every page says so", async () => {
    for (const path of ["", "/medicines", "/sources"]) assert.match((await people.page("gp", "deceased", path)).text, new RegExp(`[Dd]ied.{0,20}(${daysAgo(40).source})`), path);
  });
});
