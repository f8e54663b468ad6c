/** How much of HL7's own v2-to-FHIR guide the maps follow, as the command says it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { lacksOutsideData } from "#test/outside-data.ts";

test("85 % or more of the guide's rows are mapped, and no row is missing without a reason", { skip: lacksOutsideData }, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["scripts/v2-map.ts"], { encoding: "utf8", timeout: 120_000, killSignal: "SIGKILL" });
  assert.equal(status, 0, stdout + stderr);
  const [, rows, mapped, reason, missing] = /^all\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)/m.exec(stdout)!.map(Number);
  assert.ok(rows! > 600 && mapped! / rows! >= 0.85 && mapped! + reason! === rows && missing === 0, stdout);
  for (const segment of ["PID", "PD1", "NK1", "PV1", "PV2", "AL1", "IAM", "DG1", "PR1", "OBR", "OBX", "NTE", "ORC", "TXA", "SCH", "RXA", "RXO", "SPM"]) assert.match(stdout, new RegExp(`^${segment}\\s+\\d+`, "m"));
});
