/** The process that serves pages, FHIR and feeds over HTTP; several share the port. */
import { webApp } from "./app.ts";
import { childContext, serveUnderSupervisor } from "./context.ts";

const context = childContext();
const pools = { pages: context.pool("kmcr_pages", 10), search: context.pool("kmcr_search", 4), intake: context.pool("kmcr_intake", 4), audit: context.pool("kmcr_pages", 1) };
const app = await webApp(context, pools);
await app.listen({ port: context.config.port, host: context.config.host });
serveUnderSupervisor(async () => {
  await app.close();
  await Promise.all(Object.values(pools).map((pool) => pool.end()));
});
