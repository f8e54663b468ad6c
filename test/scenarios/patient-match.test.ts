/** `POST /fhir/R4/Patient/$match`, asked by professionals of the region (FHIR R4, patient-operation-match). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { embeddedSocketDir, openPool, type Pool } from "#platform";
import { validateResource } from "#standards";
import { People, storyOf, type Staff } from "#test/people.ts";
import { installationKey, startProduct, type Product } from "#test/product.ts";

type Entry = { fullUrl: string; resource: Record<string, unknown> & { id: string; link?: { other: { reference: string }; type: string }[] }; search: { mode: string; score: number; extension: { url: string; valueCode: string }[] } };
type Answer = { status: number; type: string; body: { resourceType: string; total?: number; entry?: Entry[]; issue?: { expression?: string[]; diagnostics: string }[] } & Record<string, unknown>; text: string };

describe("Patient/$match", () => {
  let product: Product;
  let people: People;
  let owner: Pool;
  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
    const password = readFileSync(join(product.dataDir, "postgres-owner"), "utf8").trim();
    owner = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "kmcr_owner", password, database: "postgres", roleKey: installationKey(product) }, undefined, 1);
  });
  after(async () => {
    await owner?.end();
    await product?.stop();
  });

  const post = async (staff: Staff | null, body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const cookie = staff === null ? {} : { cookie: (await people.as(staff)).cookies };
    const answer = await fetch(`${product.base}/fhir/R4/Patient/$match`, { method: "POST", headers: { "content-type": "application/fhir+json", origin: product.base, ...cookie, ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", body: JSON.parse(text) as Answer["body"], text };
  };
  const question = (patient: Record<string, unknown>, more: object[] = []) => ({ resourceType: "Parameters", parameter: [{ name: "resource", resource: { resourceType: "Patient", ...patient } }, ...more] });
  const numbered = (nhsNumber: string) => ({ identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: nhsNumber }] });
  const grades = (answer: Answer): string[] => (answer.body.entry ?? []).map((each) => each.search.extension[0]!.valueCode);
  /** As her sources have her, so that nothing here has to know the story by heart. */
  const sourceOf = async (nhsNumber: string) => (await owner.query<{ family: string; given: string; birth: string; postcode: string | null; sex: string; person_id: string }>("select family, given, birth_text as birth, postcode, sex, person_id from identity.source_patient where nhs_number = $1 order by (postcode is null), organisation limit 1", [nhsNumber])).rows[0]!;
  const detailed = async (key: string, changes: Record<string, unknown> = {}) => {
    const found = await sourceOf(storyOf(key).nhsNumber!);
    return { found, patient: { name: [{ family: found.family, given: found.given.split(" ") }], birthDate: found.birth, gender: found.sex, ...(found.postcode && { address: [{ postalCode: found.postcode }] }), ...changes } };
  };

  it("finds the person whom number or details mean, with score and grade, as FHIR that stands by itself", async () => {
    const { found, patient } = await detailed("heavy");
    const whole = await post("gp", question({ ...patient, ...numbered(storyOf("heavy").nhsNumber!) }));
    assert.deepEqual([whole.status, whole.type, whole.body["type"], whole.body.total], [200, "application/fhir+json; charset=utf-8", "searchset", 1]);
    const [entry] = whole.body.entry!;
    assert.deepEqual([entry!.resource.id, entry!.search.mode, entry!.search.extension[0]!.url, grades(whole)[0]], [found.person_id, "match", "http://hl7.org/fhir/StructureDefinition/match-grade", "certain"]);
    assert.ok(entry!.search.score > 0.9 && entry!.search.score <= 1);
    assert.deepEqual(validateResource(whole.body), []);
    const details = await post("gp", question(patient));
    assert.equal(details.body.entry?.[0]?.resource.id, found.person_id);
  });

  it("finds them with a slip in the name, never surer than without it", async () => {
    const { found, patient } = await detailed("heavy");
    const slipped = await post("gp", question({ ...patient, name: [{ family: `${found.family.slice(0, -2)}${found.family.at(-1)}`, given: found.given.split(" ") }] }));
    const right = await post("gp", question(patient));
    assert.equal(slipped.body.entry?.[0]?.resource.id, found.person_id);
    assert.ok(slipped.body.entry![0]!.search.score <= right.body.entry![0]!.search.score);
  });

  it("never calls one of two who fit certain, and gives neither to who wants certain matches only", async () => {
    const [east, west] = [await sourceOf(storyOf("same-name-east").nhsNumber!), await sourceOf(storyOf("same-name-west").nhsNumber!)];
    const both = { name: [{ family: east.family, given: east.given.split(" ") }], birthDate: east.birth, gender: east.sex };
    const answer = await post("gp", question(both));
    assert.deepEqual(answer.body.entry?.map((each) => each.resource.id).toSorted(), [east.person_id, west.person_id].toSorted());
    assert.ok(!grades(answer).includes("certain"));
    const certain = await post("gp", question(both, [{ name: "onlyCertainMatches", valueBoolean: true }]));
    assert.deepEqual([certain.status, certain.body.total, certain.body.entry], [200, 0, undefined]);
    assert.equal((await post("gp", question(both, [{ name: "count", valueInteger: 1 }]))).body.total, 1);
  });

  it("twins are never one another: neither is certain by the other's details", async () => {
    const { found, patient } = await detailed("twin-noah");
    const leo = await sourceOf(storyOf("twin-leo").nhsNumber!);
    const answer = await post("gp", question({ ...patient, name: [{ family: found.family, given: ["Leo"] }] }));
    assert.ok(!answer.body.entry?.some((each, index) => each.resource.id === found.person_id && grades(answer)[index] === "certain"));
    assert.notEqual(found.person_id, leo.person_id);
  });

  it("says nothing of where anybody is, and a guess at where a protected person lives changes nothing", async () => {
    const { patient, found } = await detailed("s-flag");
    const guesses = [patient, { ...patient, address: [{ postalCode: "ZZ1 1ZZ" }] }, { ...patient, address: [{ postalCode: "CT1 2AB", line: ["1 Any Street"] }], telecom: [{ system: "phone", value: "07700900123" }] }];
    const answers = await Promise.all(guesses.map((guess) => post("gp", question(guess))));
    assert.equal(answers[0]!.body.entry?.[0]?.resource.id, found.person_id);
    for (const each of answers) {
      assert.deepEqual(each.body.entry?.map((entry) => [entry.resource.id, entry.search.score]), answers[0]!.body.entry?.map((entry) => [entry.resource.id, entry.search.score]));
      assert.doesNotMatch(each.text, /address|telecom|postalCode|generalPractitioner|security|managingOrganization/);
    }
    const other = await post("gp", question((await detailed("heavy")).patient));
    assert.deepEqual(Object.keys(other.body.entry![0]!.resource).filter((name) => /address|telecom|meta/.test(name)), []);
  });

  it("links to source patients only where the reader may open the record", async () => {
    const { patient } = await detailed("heavy");
    // The paramedic has stated a reason and opened the record; the hospice nurse has not.
    assert.equal((await people.page("paramedic", "heavy")).status, 200);
    const own = (await post("paramedic", question(patient))).body.entry![0]!;
    assert.ok(own.resource.link!.length > 1 && own.resource.link!.every((each) => each.type === "seealso" && /^Patient\/[0-9a-f-]{36}$/.test(each.other.reference)));
    const stranger = (await post("hospiceNurse", question(patient))).body.entry![0]!;
    assert.equal(stranger.resource.id, own.resource.id);
    assert.equal(stranger.resource.link, undefined);
  });

  it("leaves one audit entry a person shown, and one where nobody was found", async () => {
    const { found, patient } = await detailed("heavy");
    const count = async (where: string, ...values: unknown[]): Promise<number> => (await owner.query(`select 1 from audit.entry where route = 'POST /fhir/R4/Patient/$match' and ${where}`, values)).rows.length;
    const [shown, nobody] = [await count("person_id = $1 and action = 'found'", found.person_id), await count("action = 'search'")];
    await post("gp", question(patient));
    assert.equal(await count("person_id = $1 and action = 'found'", found.person_id), shown + 1);
    await post("gp", question({ name: [{ family: "Quibblethorpe", given: ["Zebulon"] }], birthDate: "1931-01-09" }));
    assert.equal(await count("action = 'search'"), nobody + 1);
  });

  it("ACC-03 ACC-04 is for professionals whom the gate lets look for a person, and a refusal is on record", async () => {
    const { patient } = await detailed("heavy");
    assert.equal((await post(null, question(patient))).status, 401);
    const refused = await post("commissioner", question(patient));
    assert.deepEqual([refused.status, refused.body.resourceType], [403, "OperationOutcome"]);
    assert.doesNotMatch(refused.text, /Whibley/i);
    assert.ok((await owner.query("select 1 from audit.entry where route = 'POST /fhir/R4/Patient/$match' and outcome = 'refused'")).rows.length > 0);
    assert.equal((await post("gp", question(patient), { origin: "https://elsewhere.example" })).status, 403);
  });

  it("says what is wrong with a question, with its place, and looks for nobody with less than find-a-person wants", async () => {
    const cases: [unknown, number, RegExp][] = [
      ["{", 400, /no JSON/],
      [{ resourceType: "Patient" }, 400, /Parameters/],
      [{ resourceType: "Parameters" }, 422, /resource/],
      [question({ birthDate: "12/03/1990", name: [{ family: "A" }] }), 400, /birthDate/],
      [question({ name: "Whibley" }), 400, /name/],
      [question({ name: [{ family: "Whibley" }] }), 422, /full date of birth/],
      [question({ name: [{ given: ["Margaret"] }], birthDate: "1941-01-01", address: [{ postalCode: "TN23 1AA" }] }), 422, /family name/],
      [question(numbered("9990000442")), 400, /check its digits/],
      [question(numbered("9990000441"), [{ name: "count", valueInteger: 0 }]), 400, /count/],
      [question(numbered("9990000441"), [{ name: "onlyCertainMatches", valueString: "yes" }]), 400, /onlyCertainMatches/],
      [question(numbered("9990000441"), [{ name: "colour", valueString: "red" }]), 400, /not a parameter/],
    ];
    for (const [body, status, why] of cases) {
      const answer = await post("gp", body);
      assert.deepEqual([answer.status, answer.body.resourceType], [status, "OperationOutcome"], answer.text);
      assert.match(answer.text, why);
    }
    assert.equal((await post("gp", "family=Whibley", { "content-type": "application/x-www-form-urlencoded" })).status, 415);
  });
});
