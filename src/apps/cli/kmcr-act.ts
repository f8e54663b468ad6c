/** One act of the command line: what it takes, what it says of itself, and how it prints. */
import type { Region } from "#governance";
import type { Config } from "#platform";
import { fail } from "./installation.ts";

export type Values = { json?: boolean; "dry-run"?: boolean; from?: string; to?: string; state?: string[]; message?: string[]; reason?: string; code?: string; load?: string; "nhs-number"?: string; "birth-date"?: string; protected?: boolean; entries?: boolean; before?: string; name?: string; confirm?: string };
export type Asked = { config: Config; region: Region; words: readonly string[]; values: Values; route: string };
export type Act = {
  /** Its words and options, for the help. */
  takes: string;
  help: string;
  /** Least and most words after its name. */
  words: readonly [number, number];
  run(asked: Asked): Promise<void>;
};

/** As JSON, or line by line. */
export function print(values: Values, json: unknown, lines: () => readonly string[]): void {
  process.stdout.write(values.json ? `${JSON.stringify(json, null, 2)}\n` : lines().map((line) => `${line}\n`).join(""));
}

export function reasonIn(values: Values): string {
  const reason = (values.reason ?? "").trim();
  return reason.length < 5 ? fail('say why with --reason "a few words": it is kept in the audit trail', 2) : reason.slice(0, 500);
}

export function instantIn(text: string | undefined, name: string): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? fail(`--${name} ${text} is no instant; write 2026-11-21T09:00:00Z`, 2) : at;
}
