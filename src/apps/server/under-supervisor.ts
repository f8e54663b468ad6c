/** How a child process lives and ends under the supervisor. */

/** Tells the supervisor that this part serves, and ends this process when the supervisor is gone. */
export function serveUnderSupervisor(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), 10_000).unref();
    void stop().finally(() => process.exit(0));
  };
  process.on("message", (message: { type?: string }) => message?.type === "stop" && end());
  // kill -9 of the supervisor closes this channel: no orphan holds a port.
  process.on("disconnect", end);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined); // the supervisor decides
  process.send?.({ type: "ready" });
}
