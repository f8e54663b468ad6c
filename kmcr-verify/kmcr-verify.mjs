#!/usr/bin/env node
// Checks the audit log of a shared care record, or evidence from it, without anything of that record's own code.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { verifyBundle } from "./bundle.mjs";
import { openLog, readBundle, tilePath, verifyLog } from "./log.mjs";
import { consistencyFault, inclusionFault, leafHash } from "./merkle.mjs";
import { makeWitnessKey, readKey, verifyCheckpoint } from "./note.mjs";
import { consistencyFrom, inclusionFrom, treeOf } from "./proof.mjs";
import { runVectors } from "./vectors.mjs";
import { Inconsistent, look } from "./witness.mjs";

const HELP = `node kmcr-verify.mjs ACT ...

  checkpoint FILE|LOG --key KEY [--witness KEY]...          a signed checkpoint
  inclusion LOG INDEX --key KEY [--commitment HEX]          that the log holds a line
  consistency LOG OLD-CHECKPOINT --key KEY                  that the log only grew since a checkpoint that was kept
  log LOG --key KEY [--witness KEY]... [--entries FILE]     the whole log; with entries, each of them
  bundle FILE [--key KEY]... [--witness KEY]...             an evidence bundle, offline
  vectors FOLDER                                            the test vectors of transparency-dev/merkle
  witness-key NAME --secret FILE                            makes a witness's key; prints its public half
  witness LOG --key KEY --name NAME --secret FILE --state FILE [--post ADDRESS]
                                                            sees that the log only grew, and cosigns it

LOG is a folder or an address that holds checkpoint and tile/... (https://record.example/audit-log).
KEY is as C2SP writes it (name+id+base64), or a file that holds one or more, a line each.
Ends with 0 where all is well, 1 where something is wrong, 2 where it was asked wrongly, 3 where the log told two stories.
`;

/** What is said at the end, and with which code. */
class Ended {
  constructor(code, text) {
    this.code = code;
    this.text = text;
  }
}

const end = (code, text) => {
  throw new Ended(code, text);
};

function parse(args) {
  const words = [];
  const options = { key: [], witness: [] };
  for (let at = 0; at < args.length; at++) {
    if (!args[at].startsWith("--")) words.push(args[at]);
    else {
      const name = args[at].slice(2);
      const value = args[++at];
      if (value === undefined) end(2, HELP);
      if (Array.isArray(options[name])) options[name].push(value);
      else options[name] = value;
    }
  }
  return { words, options };
}

const keysIn = (values) => values.flatMap((value) => (existsSync(value) ? readFileSync(value, "utf8").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#")) : [value])).map(readKey);

const [act = "", ...args] = process.argv.slice(2);
let words, options;
const need = (...values) => values.some((value) => value === undefined) && end(2, HELP);
const faultLines = (faults) => faults.slice(0, 50).map(({ index, why }) => `WRONG ${index === null ? "" : `entry ${index} `}${why}`).concat(faults.length > 50 ? [`and ${faults.length - 50} more`] : []).join("\n");
const sayCheckpoint = ({ origin, size, root, cosigned }) => `${origin}: ${size} entries, root ${root.toString("base64")}${cosigned.map((each) => `\ncosigned by ${each.name} at ${each.at.toISOString()}`).join("")}`;

const ACTS = {
  async checkpoint(keys, witnesses) {
    need(words[0]);
    const isLog = /^https?:/.test(words[0]) || existsSync(`${words[0]}/checkpoint`);
    const note = isLog ? (await openLog(words[0]).get("checkpoint"))?.toString("utf8") : readFileSync(words[0], "utf8");
    if (note === undefined) throw new Error("there is no checkpoint");
    end(0, sayCheckpoint(verifyCheckpoint(note, keys, witnesses)));
  },
  async inclusion(keys, witnesses) {
    need(words[0], words[1]);
    if (!/^\d{1,15}$/.test(words[1])) end(2, HELP);
    const log = openLog(words[0]);
    const checkpoint = verifyCheckpoint((await log.get("checkpoint")).toString("utf8"), keys, witnesses);
    const index = Number(words[1]);
    if (BigInt(index) >= checkpoint.size) throw new Error(`the log has ${checkpoint.size} entries`);
    const width = Math.min(256, Number(checkpoint.size) - Math.floor(index / 256) * 256);
    const held = readBundle(await log.get(tilePath("entries", Math.floor(index / 256), width)), width).subarray((index % 256) * 32, (index % 256) * 32 + 32);
    const commitment = options.commitment === undefined ? held : Buffer.from(options.commitment, "hex");
    const why = inclusionFault(BigInt(index), checkpoint.size, leafHash(commitment), await inclusionFrom(treeOf(log, checkpoint.size), index), checkpoint.root);
    end(why === null ? 0 : 1, why === null ? `${sayCheckpoint(checkpoint)}\nentry ${index} is in it: ${commitment.toString("hex")}` : `WRONG entry ${index}: ${why}`);
  },
  async consistency(keys, witnesses) {
    need(words[0], words[1]);
    const log = openLog(words[0]);
    const earlier = verifyCheckpoint(readFileSync(words[1], "utf8"), keys);
    const later = verifyCheckpoint((await log.get("checkpoint")).toString("utf8"), keys, witnesses);
    const proof = earlier.size > 0n && earlier.size < later.size ? await consistencyFrom(treeOf(log, later.size), Number(earlier.size)) : [];
    const why = consistencyFault(earlier.size, later.size, earlier.root, later.root, proof);
    end(why === null ? 0 : 3, why === null ? `${sayCheckpoint(later)}\nit holds the ${earlier.size} entries of the earlier checkpoint, unchanged` : `WRONG ${why}`);
  },
  async log(keys, witnesses) {
    need(words[0]);
    const began = Date.now();
    const done = await verifyLog(openLog(words[0]), { logKeys: keys, witnessKeys: witnesses, entries: options.entries });
    const destroyed = done.destroyed.map((each) => `${each.entries} destroyed at ${each.at} by ${each.by}: ${each.reason}`);
    const said = [sayCheckpoint(done.checkpoint), `${done.checkpoint.size} lines of the log checked${done.entries === null ? "" : `, ${done.entries} entries against them`}, in ${((Date.now() - began) / 1000).toFixed(1)} s (${(process.cpuUsage().user / 1e6).toFixed(1)} s of processor time)`, ...destroyed];
    end(done.faults.length === 0 ? 0 : 1, [...said, ...(done.faults.length > 0 ? [faultLines(done.faults)] : ["all is well"])].join("\n"));
  },
  async bundle(keys, witnesses) {
    need(words[0]);
    const done = verifyBundle(JSON.parse(readFileSync(words[0], "utf8")), { logKeys: keys, witnessKeys: witnesses });
    const said = [sayCheckpoint(done.checkpoint), `${done.entries} entries checked against it`, ...(done.trusted ? [] : ["the keys are those of the bundle itself: compare them with what the log's keeper and the witnesses publish, or give them with --key and --witness"])];
    end(done.faults.length === 0 ? 0 : 1, [...said, ...(done.faults.length > 0 ? [faultLines(done.faults)] : ["all is well"])].join("\n"));
  },
  async vectors() {
    need(words[0]);
    const { run, ofKind, wrong } = runVectors(words[0]);
    end(wrong.length === 0 && run > 0 ? 0 : 1, [`${run - wrong.length} of ${run} vectors (${Object.entries(ofKind).map(([kind, count]) => `${count} ${kind}`).join(", ")})`, ...wrong.map(({ path, why }) => `WRONG ${path}: ${why ?? "taken, though it is bad"}`)].join("\n"));
  },
  async "witness-key"() {
    need(words[0], options.secret);
    if (existsSync(options.secret)) end(2, `${options.secret} is there already`);
    const { secret, text } = makeWitnessKey(words[0]);
    writeFileSync(options.secret, secret, { mode: 0o600 });
    end(0, text);
  },
  async witness(keys) {
    need(words[0], options.name, options.secret, options.state);
    const { checkpoint, note } = await look(openLog(words[0]), { logKeys: keys, state: options.state, name: options.name, secret: readFileSync(options.secret, "utf8") });
    if (options.post === undefined) end(0, note.trimEnd());
    const answer = await fetch(options.post, { method: "POST", headers: { "content-type": "text/plain" }, body: note });
    end(answer.ok ? 0 : 1, answer.ok ? `${sayCheckpoint(checkpoint)}\ncosigned, and taken` : `cosigned, and not taken: ${answer.status} ${await answer.text()}`);
  },
};

async function main() {
  ({ words, options } = parse(args));
  if (!Object.hasOwn(ACTS, act)) end(2, HELP);
  let keys, witnesses;
  try {
    [keys, witnesses] = [keysIn(options.key), keysIn(options.witness)];
  } catch (error) {
    end(2, error.message);
  }
  if (keys.length === 0 && !["bundle", "vectors", "witness-key"].includes(act)) end(2, `--key is missing: the log's key, from somewhere else than the log itself\n\n${HELP}`);
  await ACTS[act](keys, witnesses);
}

const said = await main().then(() => new Ended(0, ""), (error) => (error instanceof Ended ? error : new Ended(error instanceof Inconsistent ? 3 : 1, `WRONG ${error.message}`)));
(said.code === 0 ? process.stdout : process.stderr).write(`${said.text}\n`);
// Not process.exit(): it can wait for ever for a thread that still compiles what was just run.
process.exitCode = said.code;
