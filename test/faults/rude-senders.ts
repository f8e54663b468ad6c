/** Senders that behave badly, beside one that does not: what each gets, and that the good one is served throughout. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { hl7 } from "#test/hl7.ts";
import { framed, MllpLine } from "#test/mllp-line.ts";
import { startProduct } from "#test/product.ts";
import { judge, type Verdict } from "./ledger.ts";
import { Senders } from "./senders.ts";

export type RudeRun = { pairs: number; sameAnswers: number; slow: string; vanished: number; halfFrames: number; besides: number; verdict: Verdict; seed: number };

/** Two senders of one message at once, one byte at a time, connections that vanish before the answer, frames that never end. */
export async function rudeSenders(pairs: number, seed: number): Promise<RudeRun> {
  const product = await startProduct({ overlays: ["regions/outside"], workerProcesses: 2, durable: true });
  const mark = `R${seed}`;
  try {
    const good = new Senders(() => product.mllpPort, mark);
    good.start(2);
    const acknowledged = new Set<string>();
    let sameAnswers = 0;
    for (let pair = 1; pair <= pairs; pair++) {
      const id = `${mark}-pair-${pair}`;
      const message = hl7({ id, patient: id, family: "Pair" });
      const lines = await Promise.all([MllpLine.open(product.mllpPort), MllpLine.open(product.mllpPort)]);
      const answers = await Promise.all(lines.map((line) => line.send(message)));
      if (answers.every((answer) => answer.code === "AA" && answer.controlId === id) && answers[0]!.text === answers[1]!.text) sameAnswers++;
      lines.forEach((line) => line.close());
      acknowledged.add(id);
    }
    const slowly = await MllpLine.open(product.mllpPort);
    for (const byte of framed(hl7({ id: `${mark}-slow`, patient: `${mark}-slow` }))) {
      await slowly.write(Buffer.from([byte]));
      await sleep(2);
    }
    const slow = (await slowly.take(1))[0]!.code;
    slowly.close();
    acknowledged.add(`${mark}-slow`);
    // Gone before the answer: the message came whole, so it is kept and takes effect all the same.
    const gone = Array.from({ length: 20 }, (_, index) => `${mark}-gone-${index}`);
    await Promise.all(gone.map((id) => new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: product.mllpPort }, () => socket.write(framed(hl7({ id, patient: id })), () => setTimeout(() => (socket.resetAndDestroy(), resolve()), 20)));
      socket.on("error", () => resolve());
    })));
    // Half a frame and then silence: told so and kept, and nobody waits for it.
    const halves = await Promise.all(Array.from({ length: 5 }, () => MllpLine.open(product.mllpPort)));
    for (const line of halves) await line.write(Buffer.concat([Buffer.from([0x0b]), Buffer.from(hl7({ id: `${mark}-half` }).slice(0, 90))]));
    const told = (await Promise.all(halves.map((line) => line.take(1, 15_000)))).filter(([answer]) => answer!.code === "AR").length;
    halves.forEach((line) => line.close());
    const besides = good.acknowledged.size;
    await good.stop();
    for (const id of good.acknowledged.keys()) acknowledged.add(id);
    for (const id of gone) acknowledged.add(id);
    return { pairs, sameAnswers, slow, vanished: gone.length, halfFrames: told, besides, verdict: await judge(product.dataDir, acknowledged, mark), seed };
  } finally {
    await product.stop();
  }
}
