/** The feed office: wall, feed, message, quarantine, playground and connections. */
import type { FastifyInstance } from "fastify";
import { connectionRoutes } from "./connections.ts";
import { feedPageRoutes } from "./feed-page.ts";
import { messageRoutes } from "./message.ts";
import { acceptForms, type OfficeDeps } from "./officer.ts";
import { playgroundRoutes } from "./playground.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { wallRoutes } from "./wall.ts";

/** A message put right travels as a form: three bytes a character at worst. */
const FORM_BYTES = 6_000_000;

export async function feedsOffice(app: FastifyInstance, deps: OfficeDeps): Promise<void> {
  acceptForms(app, FORM_BYTES);
  wallRoutes(app, deps);
  quarantineRoutes(app, deps);
  connectionRoutes(app, deps);
  feedPageRoutes(app, deps);
  messageRoutes(app, deps);
  playgroundRoutes(app, deps);
}
