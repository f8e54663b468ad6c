/** Which failures of the database pass by themselves. */

/** Deadlock, serialisation, connection, lack of room and shutdown classes of SQLSTATE, and errors of the socket: the same work can be done again. */
export function isPassingFault(error: unknown): boolean {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  if (typeof code !== "string") return /connection terminated|connection ended|timeout/i.test(message);
  return /^(40|08|57P|53)/.test(code) || /^E[A-Z]+$/.test(code);
}
