/** The process that listens for HL7 v2: plain (loopback in production), and over mutual TLS where configured. */
import { readFileSync, watchFile } from "node:fs";
import type { Server } from "node:net";
import type { Server as TlsServer, TlsOptions } from "node:tls";
import { ApplicationAcks, Connections, Inbox, IntakeRoom, mllpServer, type MllpRoom, type MllpStatistics } from "#feeds";
import { DiskWatch, log } from "#platform";
import { childContext, serveUnderSupervisor } from "./context.ts";

/** Bytes held that are not kept yet, over all connections: four of the longest messages. */
const FRAMES_HELD = 4;

const { config, region, pool } = childContext();
const intake = pool("kmcr_intake", 4);
const statistics: MllpStatistics = { received: 0, acknowledged: 0, refused: 0, connections: 0 };
const mostBytes = config.maxBodyMb * 1024 * 1024;
const disk = new DiskWatch(config.dataDir, config.diskKeepFreeMb);
const room: MllpRoom = {
  region, inbox: new Inbox(intake), mostBytes, intakeRoom: new IntakeRoom(FRAMES_HELD * mostBytes), applicationAcks: new ApplicationAcks(intake), connections: new Connections(intake), closed: () => disk.whyFull(), statistics,
};
const servers: Server[] = [await listening(mllpServer(room), config.mllpPort, config.mllpHost)];
if (config.mllpTlsPort > 0) {
  const server = mllpServer(room, certificates()) as TlsServer;
  // A renewed certificate is taken up without a restart; a broken one leaves the former in use.
  watchFile(config.mllpTlsCertificate, { interval: 60_000, persistent: false }, () => {
    try {
      server.setSecureContext(certificates());
      log("info", "mllp.certificate-renewed", {});
    } catch (error) {
      log("error", "mllp.certificate-not-read", { error: (error as Error).message });
    }
  });
  servers.push(await listening(server, config.mllpTlsPort, config.mllpTlsHost));
}
const report = setInterval(() => process.send?.({ type: "statistics", statistics }), 2000).unref();
serveUnderSupervisor(stop);

function certificates(): TlsOptions {
  return { key: readFileSync(config.mllpTlsKey), cert: readFileSync(config.mllpTlsCertificate), ca: readFileSync(config.mllpTlsAuthority) };
}

function listening(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

async function stop(): Promise<void> {
  clearInterval(report);
  disk.stop();
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => {
    server.close(() => resolve());
    setTimeout(resolve, 2000).unref();
  })));
  await intake.end();
}
