/** The sixteen cases of matching in UK practice, from the outside: what organisations send decides who is one person, and the record says what is in doubt. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { kmcr, untilApplied } from "#test/feed-command.ts";
import { MllpLine } from "#test/mllp-line.ts";
import { startProduct, type Product } from "#test/product.ts";
import { PARAMEDIC, WebReader } from "#test/web-reader.ts";

let product: Product;
let reader: WebReader;
before(async () => {
  product = await startProduct();
  reader = await WebReader.signIn(product, PARAMEDIC);
});
after(() => product?.stop());

type Who = { id: string; family: string; given: string; birth: string; sex?: "F" | "M"; number?: string; status?: string; house?: string; postcode?: string; order?: number; phone?: string };
const HOSPITALS = { RVV: "rvv-adt", RN7: "rn7-adt" } as const;
type Hospital = keyof typeof HOSPITALS;
let sent = 0;
const stamp = (): string => `${new Date(Date.now() - 3_600_000 + sent * 1000).toISOString().slice(0, 19).replace(/\D/g, "")}+0000`;
const pid = (hospital: Hospital, { id, family, given, birth, sex = "F", number, status = "01", house = "1 Somewhere Road", postcode = "", order, phone = "" }: Who, index = 1): string => {
  const fields = [`PID`, String(index), "", `${id}^^^${hospital}^MR${number === undefined ? "" : `~${number}^^^NHS^NH`}`, "", `${family}^${given}^^^^^L`, "", birth, sex, "", "", postcode === "" ? "" : `${house}^^Testham^^${postcode}^GBR^H`, "", phone];
  fields[24] = order === undefined ? "" : "Y";
  fields[25] = order === undefined ? "" : String(order);
  fields[32] = number === undefined ? "" : `NSTS${status}`;
  return Array.from(fields, (field) => field ?? "").join("|");
};
async function say(hospital: Hospital, event: string, ...segments: string[]): Promise<void> {
  const line = await MllpLine.open(product.mllpPort);
  const at = stamp();
  const { code } = await line.send([`MSH|^~\\&|PAS|${hospital}|KMCR|KMCR|${at}||ADT^${event}|one-${++sent}|P|2.4`, `EVN|${event}|${at}`, ...segments, ""].join("\r"));
  line.close();
  assert.equal(code, "AA");
  waiting.add(HOSPITALS[hospital]);
}
const waiting = new Set<string>();
/** Everything that was sent has taken effect. */
async function settled(): Promise<void> {
  for (const feed of waiting) await untilApplied(product, feed);
  waiting.clear();
}
const register = (hospital: Hospital, who: Who): Promise<void> => say(hospital, "A28", pid(hospital, who));
const byNumber = async (nhsNumber: string): Promise<string[]> => {
  await settled();
  return reader.find({ nhsNumber });
};
const find = async (who: Pick<Who, "family" | "birth">): Promise<string[]> => {
  await settled();
  return reader.find({ family: who.family, dateOfBirth: `${who.birth.slice(0, 4)}-${who.birth.slice(4, 6)}-${who.birth.slice(6)}` });
};
const one = async (who: Pick<Who, "family" | "birth">): Promise<string> => {
  const found = await find(who);
  assert.equal(found.length, 1, `one record of ${who.family}, not ${found.length}`);
  return found[0]!;
};
const details = async (personId: string): Promise<string> => (await reader.open(personId, "/details")).text;

describe("cases 1 to 4: numbers", () => {
  it("PUR-01 a verified number and birth date join what two hospitals hold, and details join where no number was sent", async () => {
    const her = { family: "Castlewright", given: "Josephine", birth: "19481123", postcode: "ME9 1AB", house: "12 Orchard Lane" };
    await register("RVV", { ...her, id: "OP-1", number: "9990000018" });
    await register("RN7", { ...her, id: "OP-1", number: "9990000018", given: "Josie" });
    const personId = await one(her);
    const text = await details(personId);
    assert.match(text, /OP-1/);
    // A hospital visit of a woman who could not give her number.
    await register("RN7", { ...her, id: "OP-1B" });
    assert.equal(await one(her), personId);
  });

  it("an unverified number is one more detail: alone it joins nobody", async () => {
    await register("RVV", { id: "OP-2", family: "Ferncliffe", given: "Maud", birth: "19310208", number: "9990000026", postcode: "ME9 2AB" });
    await register("RN7", { id: "OP-2", family: "Grimshawe", given: "Olive", birth: "19560417", number: "9990000026", status: "03", postcode: "TN8 3CD" });
    assert.notEqual(await one({ family: "Ferncliffe", birth: "19310208" }), await one({ family: "Grimshawe", birth: "19560417" }));
  });

  it("case 4: all details agree and two verified numbers differ: two records, and each says that one is held apart", async () => {
    const her = { family: "Twicenumbered", given: "Ludmila", birth: "19770612", postcode: "ME9 4AB", house: "4 Orchard Lane" };
    await register("RVV", { ...her, id: "OP-4", number: "9990000034" });
    await register("RN7", { ...her, id: "OP-4", number: "9990000042" });
    const both = await find(her);
    assert.equal(both.length, 2);
    for (const each of both) assert.match((await reader.open(each)).text, /held apart/);
  });
});

describe("cases 5, 7 and 8: people who are nearly one", () => {
  it("PUR-16 case 5: one number, another birth date: never joined, and the doubt stands on both records", async () => {
    await register("RVV", { id: "OP-5", family: "Confuse", given: "Bernard", sex: "M", birth: "19660301", number: "9990000050", postcode: "ME9 5AB" });
    await register("RN7", { id: "OP-5", family: "Confuse", given: "Bernard", sex: "M", birth: "19710301", number: "9990000050", postcode: "TN9 5AB" });
    const [a, b] = [await one({ family: "Confuse", birth: "19660301" }), await one({ family: "Confuse", birth: "19710301" })];
    assert.notEqual(a, b);
    for (const each of [a, b]) assert.match(await details(each), /date of birth differs/);
  });

  it("case 7: twins are two, with numbers or without, also while one is still called twin", async () => {
    const home = { family: "Pairworth", birth: "20240105", postcode: "ME9 7AB", house: "7 Orchard Lane" };
    await register("RVV", { ...home, id: "OP-7A", given: "Noor", number: "9990000069", order: 1 });
    await register("RVV", { ...home, id: "OP-7B", given: "Noah", sex: "M", number: "9990000077", order: 2 });
    await register("RN7", { ...home, id: "OP-7A", given: "Noor", order: 1 });
    await register("RN7", { ...home, id: "OP-7C", given: "Twin 2", order: 2 });
    const all = await find(home);
    assert.ok(all.length >= 2, String(all.length));
    const noah = (await byNumber("9990000077"))[0]!;
    assert.doesNotMatch(await details(noah), /OP-7A/);
  });

  it("case 8: two people of one name and birthday: who fits both is joined to neither", async () => {
    const name = { family: "Namesakely", given: "David", sex: "M", birth: "19550909" } as const;
    await register("RVV", { ...name, id: "OP-8E", number: "9990000085", postcode: "CT14 1AA", house: "8 East Street" });
    await register("RN7", { ...name, id: "OP-8W", number: "9990000093", postcode: "TN1 2BB", house: "8 West Street" });
    await register("RN7", { ...name, id: "OP-8X" });
    assert.equal((await find(name)).length, 3);
  });
});

describe("case 6: what a hospital says of its own patients", () => {
  it("A24 joins two of its patients, A37 takes that back, and a later message does not join them again", async () => {
    const [a, b] = [{ id: "OP-6A", family: "Linkedly", given: "Rowena", birth: "19620214", postcode: "ME9 6AB" }, { id: "OP-6B", family: "Linkedly", given: "Winifred", birth: "19620214", postcode: "CT9 6AB", house: "9 Elsewhere" }];
    await register("RVV", a);
    await register("RVV", b);
    assert.equal((await find(a)).length, 2);
    const before = await find(a);
    await say("RVV", "A24", pid("RVV", a), pid("RVV", b, 2));
    const joined = await one(a);
    // A bookmark of the one that was joined leads to the whole record, after the reason that this one asks for.
    for (const each of before) assert.match((await reader.open(each)).url, new RegExp(`/person/${joined}`));
    await say("RVV", "A37", pid("RVV", a), pid("RVV", b, 2));
    assert.deepEqual((await find(a)).sort(), before.sort());
    await say("RVV", "A31", pid("RVV", { ...b, phone: "01632960123" }));
    assert.equal((await find(a)).length, 2);
  });
});

describe("cases 12, 13 and 14: nobody's details, and deaths", () => {
  it("unknown patients, default dates and names of nobody join nobody, however alike they are", async () => {
    for (const hospital of ["RVV", "RN7"] as const) await register(hospital, { id: "OP-12", family: "Unknown", given: "Unknown", sex: "M", birth: "19000101", postcode: "ZZ99 3VZ", house: "NFA" });
    assert.equal((await find({ family: "Unknown", birth: "19000101" })).length, 2);
    for (const hospital of ["RVV", "RN7"] as const) await register(hospital, { id: "OP-13", family: "Testpatient", given: "Baby", birth: "20250101", postcode: "ME9 9AB" });
    assert.equal((await find({ family: "Testpatient", birth: "20250101" })).length, 2);
  });
});

describe("cases 9 and 10: a former identity", () => {
  it("once sealed is found by no number and no name, and no later message of it brings anything back", async () => {
    const child = { given: "Rowan", birth: "20180704", sex: "M", postcode: "ME9 8AB", house: "8 Orchard Lane" } as const;
    await register("RVV", { ...child, family: "Bornas", id: "OP-9", number: "9990000107" });
    await register("RVV", { ...child, family: "Nowcalled", id: "OP-9N", number: "9990000115", postcode: "CT1 1ZZ", house: "3 New Close" });
    const present = await one({ family: "Nowcalled", birth: child.birth });
    const sealed = await kmcr(product, "identity", "seal", "9990000107", present, "--reason", "adoption order of 2 November");
    assert.equal(sealed.code, 0, sealed.stderr);
    const gone = async (): Promise<void> => {
      assert.deepEqual(await byNumber("9990000107"), []);
      assert.deepEqual(await find({ family: "Bornas", birth: child.birth }), []);
      assert.doesNotMatch(await details(present), /Bornas|OP-9\b|held apart/);
    };
    await gone();
    await register("RN7", { ...child, family: "Bornas", id: "OP-9", number: "9990000107" });
    await register("RVV", { ...child, family: "Bornas", id: "OP-9", number: "9990000107", phone: "01632960999" });
    await gone();
  });
});

describe("case 16: undo", () => {
  it("ORG-25 a link made by the product is taken back at one word, each local number goes with its own record, and the journal says who and why", async () => {
    const her = { family: "Undonely", given: "Petronella", birth: "19391130", postcode: "ME9 3AB", house: "16 Orchard Lane" };
    await register("RVV", { ...her, id: "OP-16" });
    await settled();
    await register("RN7", { ...her, id: "OP-16N" });
    const personId = await one(her);
    const both = await details(personId);
    assert.ok(both.includes("OP-16") && both.includes("OP-16N"), both.slice(0, 2000));
    const journal = await kmcr(product, "identity", "journal", "RN7", "OP-16N", "--reason", "asked by the identity office", "--json");
    const last = (JSON.parse(String(journal.stdout)) as { actId: string; kind: string }[]).at(-1)!;
    assert.equal(last.kind, "match");
    const undone = await kmcr(product, "identity", "undo", last.actId, "--reason", "two cousins of one name");
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal((await find(her)).length, 2);
    await register("RN7", { ...her, id: "OP-16N", phone: "01632960444" });
    assert.equal((await find(her)).length, 2, "the next message does not join them again");
    const again = await kmcr(product, "identity", "journal", "RN7", "OP-16N", "--reason", "asked by the identity office");
    assert.match(String(again.stdout), /undo\t.*\toperator \S+\ttwo cousins of one name/);
  });
});
