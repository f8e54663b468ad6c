/** How a sender is answered: original and enhanced mode, and over mutual TLS with the certificate that is the sender. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { newAuthority, type Issued } from "#test/certificates.ts";
import { listed, untilApplied } from "#test/feed-command.ts";
import { hl7 } from "#test/hl7.ts";
import { framed, MllpLine } from "#test/mllp-line.ts";
import { freePorts, startProduct, type Product } from "#test/product.ts";

const authority = newAuthority();
const stranger = newAuthority("Somebody else");
const sender = authority.issue("trust.example.nhs.uk");
const otherSender = authority.issue("other.example.nhs.uk");
let product: Product;
let tlsPort: number;

/** The outside hospital again, under another facility, over mutual TLS alone. */
function tlsPack(folder: string): string {
  const pack = join(folder, "pack");
  mkdirSync(pack);
  const feed = (id: string, facility: string, name: string): object => ({
    id, organisation: "X-SIM", format: "hl7v2", title: `${facility} over mutual TLS`, transport: { mllp: { sendingApplication: "SIMHOSP", sendingFacility: facility, certificateNames: [name] } }, supplies: ["person-demographics"], expectedEveryMinutes: 60, agreementRequired: true,
  });
  writeFileSync(join(pack, "feeds.json"), JSON.stringify([feed("tls-one", "TLSONE", "trust.example.nhs.uk"), feed("tls-two", "TLSTWO", "other.example.nhs.uk")]));
  return pack;
}

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), "kmcr-tls-"));
  const server = authority.issue("kmcr.example.nhs.uk");
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  [tlsPort] = (await freePorts(1)) as [number];
  product = await startProduct({
    overlays: ["regions/outside", tlsPack(folder)],
    env: { KMCR_MLLP_TLS_PORT: String(tlsPort), KMCR_MLLP_TLS_HOST: "127.0.0.1", KMCR_MLLP_TLS_KEY: file("key.pem", server.key), KMCR_MLLP_TLS_CERTIFICATE: file("certificate.pem", server.certificate), KMCR_MLLP_TLS_AUTHORITY: file("authority.pem", authority.certificate) },
  });
});
after(() => product?.stop());

describe("acknowledgement modes", () => {
  let line: MllpLine;
  before(async () => void (line = await MllpLine.open(product.mllpPort)));
  after(() => line.close());

  it("original mode: one AA, after the commit", async () => {
    assert.equal((await line.send(hl7({ id: "original" }))).code, "AA");
    await sleep(300);
    assert.equal(line.unread, 0);
  });

  it("MSH-15 AL alone: one CA, and no application acknowledgement", async () => {
    const ack = await line.send(hl7({ id: "accept-only", accept: "AL", application: "NE" }));
    assert.deepEqual([ack.code, ack.controlId], ["CA", "accept-only"]);
    await sleep(300);
    assert.equal(line.unread, 0);
  });

  it("MSH-15 AL and MSH-16 AL: CA once it is kept, AA once it is in the record", async () => {
    const accept = await line.send(hl7({ id: "both", accept: "AL", application: "AL" }));
    assert.equal(accept.code, "CA");
    const [application] = await line.take(1);
    assert.deepEqual([application!.code, application!.controlId], ["AA", "both"]);
  });

  it("MSH-16 AL: AE with the reason where the message could not be used", async () => {
    assert.equal((await line.send(hl7({ id: "unusable", kind: "ADT^A99", accept: "AL", application: "AL" }))).code, "CA");
    const [application] = await line.take(1);
    assert.deepEqual([application!.code, application!.controlId], ["AE", "unusable"]);
    assert.match(application!.field("MSA", 3), /A99/);
  });

  it("MSH-15 NE and MSH-16 SU: nothing at once, AA on success", async () => {
    await line.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(hl7({ id: "on-success", accept: "NE", application: "SU" })), Buffer.from([0x1c, 0x0d])]));
    const [application] = await line.take(1);
    assert.deepEqual([application!.code, application!.controlId], ["AA", "on-success"]);
  });

  it("MSH-15 ER: silence when all is well, CR when it is not", async () => {
    await line.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(hl7({ id: "quiet", accept: "ER", application: "NE" })), Buffer.from([0x1c, 0x0d])]));
    const refused = await line.send(hl7({ id: "stranger", accept: "ER", application: "NE" }).replace("|SFAC|", "|NOWHERE|"));
    assert.deepEqual([refused.code, refused.controlId], ["CR", "stranger"], "the first acknowledgement on the line is the refusal");
  });

  it("the same bytes under the same id get the stored acknowledgement, and have no second effect; other bytes under it are taken and flagged", async () => {
    const message = hl7({ id: "again", patient: "AGAIN", accept: "AL", application: "NE" });
    const [first, second] = [await line.send(message), await line.send(message)];
    assert.equal(second.text, first.text, "the very acknowledgement, its time and id included");
    assert.equal((await line.send(hl7({ id: "again", patient: "AGAIN", family: "Other", accept: "AL", application: "NE" }))).code, "CA");
    await untilApplied(product, "outside-hl7v2");
    const kept = (await listed(product, "outside-hl7v2")).filter((each) => each.controlId === "again");
    assert.equal(kept.length, 2);
    assert.deepEqual(kept.map((each) => each.flags.includes("same-id-other-bytes")), [false, true]);
  });
});

describe("batches", () => {
  it("a file of batches in one frame: each message is kept by itself, and the answer has an acknowledgement for each", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const messages = [hl7({ id: "batch-1", patient: "BATCH-1" }), hl7({ id: "batch-2", patient: "BATCH-2" }).replace("|SFAC|", "|NOWHERE|"), hl7({ id: "batch-3", patient: "BATCH-3" })];
    await line.write(framed(["FHS|^~\\&|SIMHOSP|SFAC|||20261101||||file-1", "BHS|^~\\&|SIMHOSP|SFAC|||20261101||||batch-a", ...messages.map((message) => message.trimEnd()), "BTS|3", "FTS|1", ""].join("\r")));
    const [answer] = await line.take(1);
    const segments = answer!.text.split("\r").map((segment) => segment.split("|"));
    assert.deepEqual(segments.filter(([name]) => name === "MSA").map(([, code, id]) => [code, id]), [["AA", "batch-1"], ["AR", "batch-2"], ["AA", "batch-3"]]);
    assert.equal(segments.find(([name]) => name === "BHS")?.[11], "batch-a");
    line.close();
    await untilApplied(product, "outside-hl7v2");
    const kept = (await listed(product, "outside-hl7v2")).filter((each) => each.controlId.startsWith("batch-"));
    assert.deepEqual(kept.map(({ controlId, state }) => [controlId, state]), [["batch-1", "applied"], ["batch-3", "applied"]]);
  });
});

describe("mutual TLS", () => {
  const open = (issued: Issued | null): Promise<MllpLine> => MllpLine.openTls(tlsPort, { ca: authority.certificate, ...(issued && { key: issued.key, cert: issued.certificate }) });
  const from = (facility: string, id: string): string => hl7({ id }).replace("|SFAC|", `|${facility}|`);

  it("EXC-12 a feed that names its certificate is taken from the sender that holds it", async () => {
    const line = await open(sender);
    assert.equal((await line.send(from("TLSONE", "tls-1"))).code, "AA");
    line.close();
  });

  it("EXC-12 the certificate is the sender: another partner's does not open this feed, whatever MSH-4 says", async () => {
    const line = await open(otherSender);
    const ack = await line.send(from("TLSONE", "tls-2"));
    assert.equal(ack.code, "AR");
    assert.match(ack.field("MSA", 3), /other\.example\.nhs\.uk, localhost, which may not send on feed tls-one/);
    assert.equal((await line.send(from("TLSTWO", "tls-3"))).code, "AA", "its own it may, on the same connection");
    line.close();
    assert.equal((await listed(product, "tls-one")).find((each) => each.controlId === "tls-2")?.state, "rejected", "what was refused is kept");
  });

  it("EXC-12 without encryption a feed that names its certificate is refused", async () => {
    const line = await MllpLine.open(product.mllpPort);
    const ack = await line.send(from("TLSONE", "tls-4"));
    assert.equal(ack.code, "AR");
    assert.match(ack.field("MSA", 3), /over mutual TLS only/);
    line.close();
  });

  for (const [title, issued] of [["no certificate", null], ["a certificate of a stranger's authority", stranger.issue("trust.example.nhs.uk")], ["an expired certificate", authority.issue("trust.example.nhs.uk", { expired: true })]] as const) {
    it(`EXC-12 a sender with ${title} does not get as far as a message`, async () => {
      const line = await open(issued).catch(() => null);
      await assert.rejects(async () => {
        if (line === null) throw new Error("refused at once");
        await line.send(from("TLSONE", "tls-5"));
      });
      line?.close();
    });
  }
});
