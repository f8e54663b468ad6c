/** The process that listens for HL7 v2. */
import { Inbox, mllpServer, type MllpStatistics } from "#feeds";
import { childContext, serveUnderSupervisor } from "./context.ts";

const { config, region, pool } = childContext();
const intake = pool("kmcr_intake", 4);
const statistics: MllpStatistics = { received: 0, acknowledged: 0, refused: 0, connections: 0 };
const server = mllpServer(region, new Inbox(intake), config.maxBodyMb * 1024 * 1024, statistics);
server.listen({ port: config.mllpPort, host: config.mllpHost, exclusive: true }, () => serveUnderSupervisor(stop));
const report = setInterval(() => process.send?.({ type: "statistics", statistics }), 2000).unref();

async function stop(): Promise<void> {
  clearInterval(report);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    setTimeout(resolve, 2000).unref();
  });
  await intake.end();
}
