import { cpus, loadavg, totalmem } from "node:os";
import { readdirSync, readFileSync } from "node:fs";

/**
 * What a figure was measured on. A shared host gives the same machine more or less of
 * itself: the load before, and the time of a fixed piece of work (a JSON
 * text of 0.4 MB parsed, 1.4 ms where it was quiet), say how much this time.
 */
export function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.version}, load before ${loadavg()[0]!.toFixed(2)}, fixed work ${fixedWork().toFixed(2)} ms`;
}

function fixedWork(): number {
  const text = JSON.stringify(Array.from({ length: 1400 }, (_, index) => ({ resourceType: "Observation", id: `id-${index}`, status: "final", code: { coding: [{ system: "http://loinc.org", code: "2160-0", display: "Creatinine" }], text: "Creatinine" }, valueQuantity: { value: index / 7, unit: "umol/L" }, effectiveDateTime: "2026-11-21T09:12:00Z" })));
  const times = Array.from({ length: 60 }, () => {
    const began = performance.now();
    JSON.parse(text);
    return performance.now() - began;
  });
  return times.sort((a, b) => a - b)[30]!;
}

/** `p50 3.1, p95 8.0, p99 11.2 ms` of some milliseconds, and each by itself. */
export function percentiles(milliseconds: number[]): { p50: number; p95: number; p99: number; text: string } {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2));
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)];
  return { p50, p95, p99, text: `p50 ${p50}, p95 ${p95}, p99 ${p99} ms of ${sorted.length}` };
}

/** Seconds of processor time by part of a started product so far: where the time went. */
export function processorTime(dataDir: string): Record<string, number> {
  const time: Record<string, number> = {};
  for (const pid of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const isPostgres = command.startsWith("postgres:") || command.includes("/bin/postgres ");
      if (!isPostgres && !environment.includes(`KMCR_DATA_DIR=${dataDir}\0`)) continue;
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const part = isPostgres ? "postgres" : (/KMCR_PART=([a-z-]+)/.exec(environment)?.[1] ?? "supervisor");
      time[part] = (time[part] ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // ended between the listing and the reading
    }
  }
  return time;
}

/** `web 12.1 s, postgres 9.8 s` between two readings. */
export function spent(before: Record<string, number>, after: Record<string, number>): string {
  return Object.entries(after).map(([part, seconds]) => `${part} ${(seconds - (before[part] ?? 0)).toFixed(1)} s`).join(", ");
}
