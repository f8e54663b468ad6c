/** `GET /fhir/R4/AuditEvent`: the trail for a privacy officer's own tools (IHE ITI-81, BALP). */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { validateResource, type Resource } from "#standards";
import { balpFaults } from "#test/balp.ts";
import { People, type Staff } from "#test/people.ts";
import { startProduct, type Product } from "#test/product.ts";

type Bundle = { link: { relation: string; url: string }[]; entry?: { fullUrl: string; resource: Resource }[] };

describe("AuditEvent", () => {
  let product: Product;
  let people: People;
  before(async () => {
    product = await startProduct({ people: 60 });
    people = new People(product);
    for (const path of ["", "/medicines", "/allergies"]) await people.page("communityNurse", "virtual-ward", path);
    await people.page("gp", "virtual-ward");
    await (await people.as("communityNurse")).find({ family: "Nobodyhasthisname", dateOfBirth: "1950-01-01" });
    await (await people.as("communityNurse")).get(`/person/${await people.id("objection")}`);
  });
  after(() => product?.stop());

  const get = async (staff: Staff | null, query: string): Promise<{ status: number; body: Bundle & { issue?: { code: string; expression?: string[] }[] } }> => {
    const answer = await fetch(query.startsWith("http") ? query : `${product.base}/fhir/R4/AuditEvent${query}`, { headers: staff === null ? {} : { cookie: (await people.as(staff)).cookies } });
    return { status: answer.status, body: (await answer.json()) as never };
  };
  const events = async (query: string, staff: Staff = "privacyOfficer"): Promise<Resource[]> => {
    const { status, body } = await get(staff, query);
    assert.equal(status, 200, JSON.stringify(body).slice(0, 500));
    return (body.entry ?? []).map((each) => each.resource);
  };
  const actor = (event: Resource): string => event["agent"].find((each: { requestor: boolean }) => each.requestor).who.identifier.value;

  it("AUD-01 AUD-06 a privacy officer gets the own organisation's accesses, each valid FHIR and valid against its BALP profile; the look is in the trail", async () => {
    const id = await people.id("virtual-ward");
    const found = await events(`?patient=Patient/${id}&_count=200`);
    assert.ok(found.length >= 3);
    for (const event of found) {
      assert.deepEqual(validateResource(event), []);
      assert.deepEqual(balpFaults(event), []);
      assert.ok(JSON.stringify(event["entity"]).includes(`Patient/${id}`));
      assert.equal(event["agent"].find((each: any) => each.type.coding[0].code === "PROV").who.identifier.value, "RYY");
    }
    const all = await events("?_count=200");
    assert.ok(all.some((event) => event["outcome"] === "8") && all.some((event) => event["action"] === "E"), "refusals and searches too");
    for (const event of all) {
      assert.deepEqual(validateResource(event), []);
      if (event.meta?.profile !== undefined) assert.deepEqual(balpFaults(event), []);
    }
    const looks = await events(`?patient=${id}`);
    assert.ok(looks.some((event) => JSON.stringify(event).includes("audit-read") && JSON.stringify(event).includes("Margaret Stone")));
    assert.ok(!all.some((event) => JSON.stringify(event).includes("Anil Desai")), "the practice's own business");
  });

  it("AUD-09 an opened record's event says who, role, organisation, purpose, why, decision, request, channel, sources and a digest of what was shown", async () => {
    const opened = (await events(`?patient=${await people.id("virtual-ward")}&_count=200`)).find((event) => JSON.stringify(event).includes('"valueString":"open"'))!;
    const details = Object.fromEntries(opened["entity"].flatMap((each: any) => each.detail ?? []).map((each: any) => [each.type, each.valueString]));
    for (const name of ["action", "relationship", "decision", "policy", "channel", "route", "session", "request", "source-patients", "shown"]) assert.ok(details[name], name);
    assert.match(details["decision"], /^[0-9a-f-]{36}$/);
    assert.equal(details["channel"], "web");
    assert.match(JSON.parse(details["shown"]).digest, /^[0-9a-f]{32}$/);
    assert.equal(typeof JSON.parse(details["shown"]).states, "object");
  });

  it("narrows by agent, outcome, entity and time, and pages without leaving out or repeating", async () => {
    const nurse = actor((await events(`?patient=${await people.id("virtual-ward")}&_count=200`)).find((event) => JSON.stringify(event).includes('"valueString":"open"'))!);
    const hers = await events(`?agent=${nurse}&_count=200&date=lt${new Date().toISOString()}`);
    assert.ok(hers.length >= 4);
    assert.deepEqual([...new Set(hers.map(actor))], [nurse]);
    assert.ok((await events(`?agent=${nurse}&outcome=8`)).every((event) => event["outcome"] === "8"));
    assert.deepEqual(await events("?date=lt2020-01-01"), []);
    const day = new Date().toISOString().slice(0, 10);
    assert.ok((await events(`?agent=${nurse}&date=ge${day}`)).length > 0);
    const paged: string[] = [];
    const until = new Date().toISOString();
    for (let url: string | undefined = `?agent=${nurse}&_count=2&date=lt${until}`; url !== undefined; ) {
      const { body } = await get("privacyOfficer", url);
      paged.push(...(body.entry ?? []).map((each) => each.resource.id!));
      url = body.link.find((each) => each.relation === "next")?.url;
    }
    assert.deepEqual(paged, (await events(`?agent=${nurse}&_count=200&date=lt${until}`)).map((event) => event.id));
    assert.equal(new Set(paged).size, paged.length);
  });

  it("is for privacy officers alone; what is not known is refused and not passed over", async () => {
    assert.equal((await get(null, "")).status, 401);
    assert.equal((await get("gp", "")).status, 403);
    for (const query of ["?subtype=x", "?patient=x", "?patient=Patient/1", "?date=yesterday", "?date=ge2026-13-40", "?_count=0", "?_after=x", "?agent=a%20b", "?outcome=4", "?patient.identifier=9990000441", `?patient=${await people.id("virtual-ward")}&patient=x`]) {
      const { status, body } = await get("privacyOfficer", query);
      assert.equal(status, 400, query);
      assert.equal((body as unknown as Resource).resourceType, "OperationOutcome", query);
    }
  });
});
