/** The monitoring office: alerts, cases, person and user audit, samples, reports, policy and plan. */
import type { FastifyInstance } from "fastify";
import { acceptForms } from "../officer.ts";
import { alertRoutes } from "./alert.ts";
import { caseRoutes } from "./cases.ts";
import { evidenceRoutes } from "./evidence.ts";
import type { MonitoringOfficeDeps } from "./officer.ts";
import { planRoutes } from "./plan.ts";
import { queueRoutes } from "./queue.ts";
import { reportRoutes } from "./reports.ts";
import { sampleRoutes } from "./samples.ts";

export { tabs } from "./officer.ts";
export { trailRoutes, type TrailDeps } from "./trail.ts";

export function monitoringOffice(app: FastifyInstance, deps: MonitoringOfficeDeps): void {
  acceptForms(app);
  queueRoutes(app, deps);
  alertRoutes(app, deps);
  caseRoutes(app, deps);
  evidenceRoutes(app, deps);
  sampleRoutes(app, deps);
  reportRoutes(app, deps);
  planRoutes(app, deps);
}
