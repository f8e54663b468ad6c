import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { identityOf, type Cis2Identity } from "./claims.ts";
import { createCis2Client, standInRefusal } from "./client.ts";

const claims = {
  nhsid_useruid: "555000001001",
  name: "Priya Nair",
  idassurancelevel: "3",
  authentication_assurance_level: "3",
  nhsid_nrbac_roles: [
    { person_orgid: "1", person_roleid: "2", org_code: "RYD", role_name: '"Clinical":"Clinical Provision":"Paramedic"', role_code: "S8000:G8000:R1070", activities: [], aow: ["Emergency care"] },
  ],
};

describe("the claims of CIS2", () => {
  test("give the person, the assurance levels and each role with its employer", () => {
    assert.deepEqual(identityOf(claims), {
      uid: "555000001001", name: "Priya Nair", authenticationAssurance: 3, identityAssurance: 3, selectedRole: null,
      roles: [{ id: "2", organisation: "RYD", code: "S8000:G8000:R1070", name: "Paramedic", areaOfWork: "Emergency care" }],
    });
  });
  test("without a user id or a name sign nobody in", () => {
    for (const change of [{ nhsid_useruid: undefined }, { nhsid_useruid: "1' or '1'='1" }, { name: " " }]) {
      assert.equal((identityOf({ ...claims, ...change }) as { code: string }).code, "national.claims-unusable");
    }
  });
  test("with an assurance level that is not understood count as none", () => {
    const level = (authentication_assurance_level: unknown): number => (identityOf({ ...claims, authentication_assurance_level }) as Cis2Identity).authenticationAssurance;
    assert.deepEqual([level("AAL2"), level(2), level("9"), level(undefined), level("AAL2_OR_AAL3_ANY")], [2, 2, 0, 0, 0]);
  });
  test("with incomplete roles keep the complete ones, and select only a role that is there", () => {
    const identity = identityOf({ ...claims, nhsid_nrbac_roles: [null, {}, ...claims.nhsid_nrbac_roles], selected_roleid: "9" }) as Cis2Identity;
    assert.equal(identity.roles.length, 1);
    assert.equal(identity.selectedRole, null);
  });
  test("without any role are a person without a role, not an error", () => {
    assert.deepEqual((identityOf({ ...claims, nhsid_nrbac_roles: undefined }) as Cis2Identity).roles, []);
  });
});

describe("which provider production accepts", () => {
  const production = { mode: "production" as const, issuer: "https://stand-in.example/cis2" };
  test("none that says of itself that it is a stand-in", () => {
    assert.equal(standInRefusal(production, { kmcr_stand_in: true })?.code, "national.stand-in-in-production");
    assert.equal(standInRefusal(production, {}), null);
    assert.equal(standInRefusal({ ...production, mode: "demo" }, { kmcr_stand_in: true }), null);
  });
  test("none over plain http", async () => {
    const answer = await createCis2Client({ issuer: "http://cis2.example", clientId: "a", clientSecret: "b", redirectUri: "https://r.example/c", mode: "production" }).begin();
    assert.equal((answer as { code: string }).code, "national.issuer-not-https");
  });
});
