/** The demonstration's PDS, asked by the settings that the product itself has. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { NO_DEMOGRAPHICS, trace } from "#identity";
import { createPds, type Pds } from "#national";
import { isRefusal, readConfig, type Config } from "#platform";
import { STORIES } from "#synthetic";
import { startProduct, type Product } from "#test/product.ts";
import { mnsSettings, pdsSettings } from "../../src/apps/server/pds-settings.ts";

let product: Product;
let config: Config;
let pds: Pds;
before(async () => {
  product = await startProduct({});
  const read = readConfig(product.env);
  assert.ok(read.ok);
  config = read.config;
  pds = createPds({ ...pdsSettings(config)!, callsPerSecond: 50 });
});
after(async () => {
  pds?.close();
  await product?.stop();
});

describe("the demonstration's PDS", () => {
  it("DQU-04 knows the invented region: a story person is traced by number, and by who they are", async () => {
    const story = STORIES.find((each) => each.nhsNumber !== null && each.name.startsWith("Margaret"))!;
    const read = await pds.read(story.nhsNumber!);
    assert.ok(!isRefusal(read) && read.answer === "found" && read.patient.location !== "withheld");
    const { patient } = read;
    const person = { ...NO_DEMOGRAPHICS, family: patient.names[0]!.family, given: patient.names[0]!.given[0]!, birthDate: patient.birthDate, sex: patient.gender, postcode: read.patient.location.addresses[0]!.postcode };
    const [byNumber, byName] = [await trace({ ...person, nhsNumberText: story.nhsNumber }, pds, new Date()), await trace(person, pds, new Date())];
    assert.deepEqual([byNumber.outcome, byNumber.status, byName.outcome, byName.nhsNumber], ["verified", "01", "found", story.nhsNumber]);
  });

  it("is named a stand-in in every answer, and asks for a signed token as PDS does", async () => {
    const answer = await fetch(`${pdsSettings(config)!.url}/Patient/9990000018`, { headers: { "x-request-id": crypto.randomUUID() } });
    assert.deepEqual([answer.status, answer.headers.get("kmcr-stand-in")], [401, "apis"]);
  });

  it("does not exist in production: without an address of PDS nobody is asked, and with a stand-in's nobody is believed", async () => {
    assert.equal(pdsSettings({ ...config, mode: "production" }), null);
    assert.equal(mnsSettings({ ...config, mode: "production" }, "X26HC005"), null);
    const production = createPds({ ...pdsSettings(config)!, mode: "production" });
    const refusal = await production.read("9990000018");
    production.close();
    assert.ok(isRefusal(refusal) && refusal.code === "national.pds-stand-in");
  });

  it("wants all that a signed token needs, over https, where production names PDS", () => {
    const faults = (env: Record<string, string>): string[] => {
      const read = readConfig({ KMCR_MODE: "production", KMCR_SECRET: "x".repeat(32), KMCR_CIS2_ISSUER: "https://cis2.example", KMCR_PUBLIC_URL: "https://kmcr.example", ...env });
      return read.ok ? [] : read.faults;
    };
    assert.deepEqual(faults({}), []);
    assert.match(faults({ KMCR_PDS_URL: "https://pds.example/FHIR/R4" }).join(), /KMCR_PDS_TOKEN_URL, KMCR_PDS_API_KEY, KMCR_PDS_KEY_ID, KMCR_PDS_KEY, KMCR_PDS_ODS_CODE/);
    const whole = { KMCR_PDS_URL: "http://pds.example/FHIR/R4", KMCR_PDS_TOKEN_URL: "https://pds.example/token", KMCR_PDS_API_KEY: "a", KMCR_PDS_KEY_ID: "b", KMCR_PDS_KEY: "c", KMCR_PDS_ODS_CODE: "QKS" };
    assert.match(faults(whole).join(), /KMCR_PDS_URL must be an https address/);
    assert.match(faults({ KMCR_MNS_URL: "https://mns.example" }).join(), /KMCR_MNS_URL wants KMCR_PDS_URL/);
  });
});
