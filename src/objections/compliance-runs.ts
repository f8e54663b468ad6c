/** All SQL of compliance reports: what was checked, and what was found. */
import type { Sql } from "#platform";
import type { ComplianceReport } from "./compliance.ts";

/** Keeps a report. @param runFor the region's day of the nightly run, or `asked` */
export async function keepRun(sql: Sql, runFor: string, report: ComplianceReport): Promise<void> {
  await sql.query("insert into objections.compliance_run (ran_at, run_for, report) values ($1, $2, $3) on conflict do nothing", [new Date(report.ranAt), runFor, JSON.stringify(report)]);
}

/** The newest report, or `null` where none was ever made. */
export async function lastRun(sql: Sql): Promise<{ runFor: string; report: ComplianceReport } | null> {
  const { rows } = await sql.query<{ run_for: string; report: string }>("select run_for, report from objections.compliance_run order by ran_at desc limit 1");
  return rows[0] === undefined ? null : { runFor: rows[0].run_for, report: JSON.parse(rows[0].report) as ComplianceReport };
}

/** Whether the nightly report of a day was made. */
export async function wasRunFor(sql: Sql, day: string): Promise<boolean> {
  return (await sql.query("select 1 from objections.compliance_run where run_for = $1 limit 1", [day])).rows.length > 0;
}
