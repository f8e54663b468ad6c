/** The public linkage sets beside the repository: their records, and apart from them who is who. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import type { MatchRecord } from "#identity";

const folder = fileURLToPath(new URL("../../../shared/data/linkage", import.meta.url));

/** Records with an id of their own, and the human that each is of; a matcher is given `record` alone. */
export type TruthRecord = { id: string; human: string; record: MatchRecord };

const rows = (file: string): Record<string, string>[] => parse(readFileSync(`${folder}/${file}`), { columns: true, trim: true, bom: true, skip_empty_lines: true });
const fieldsOf = (row: Record<string, string>, without: readonly string[]): MatchRecord => Object.fromEntries(Object.entries(row).flatMap(([field, value]) => (value === "" || without.includes(field) ? [] : [[field, [value]]])));

/** One of FEBRL's files (`1`, `2`, `3`, `4a`, `4b`); the id of a record tells whose duplicate it is. */
export function febrl(file: string, source: string): TruthRecord[] {
  return rows(`febrl/dataset${file}.csv`).map((row) => ({ id: row["rec_id"]!, human: row["rec_id"]!.split("-")[1]!, record: { ...fieldsOf(row, ["rec_id"]), source: [source] } }));
}

/** Historical people with up to 21 records each; halves by a hash of the cluster, one to train on and one to report. */
export function historical(): { train: TruthRecord[]; report: TruthRecord[] } {
  // The set's own id begins with the human's, and its rows stand human by human: an id made of neither says nothing.
  const all = rows("historical-half.csv").map((row, index): TruthRecord => ({ id: String((index * 7919) % 25_703).padStart(6, "0"), human: row["cluster"]!, record: fieldsOf(row, ["unique_id", "cluster"]) }));
  const inTrain = (human: string): boolean => {
    let hash = 0x811c9dc5;
    for (const letter of human) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    return ((hash ^ (hash >>> 15)) & 1) === 0;
  };
  return { train: all.filter((each) => inTrain(each.human)), report: all.filter((each) => !inTrain(each.human)) };
}
