/** A thread of `linkBatch`: compares its share and gives the pairs back. */
import { parentPort, workerData } from "node:worker_threads";
import { scoreShare, type BatchShare } from "./batch.ts";

const columns = scoreShare(workerData as BatchShare);
parentPort!.postMessage(columns, [columns.a.buffer, columns.b.buffer, columns.bits.buffer, columns.guarded.buffer]);
