/** Faults that tests make the stand-in commit; never available outside test mode. */
export const FAULTS = ["none", "wrong-nonce", "expired-token", "server-error", "no-roles"] as const;
export type Fault = (typeof FAULTS)[number];

export type Faults = { current(): Fault; set(fault: Fault): void };

/** A holder of the current fault. */
export function createFaults(): Faults {
  let fault: Fault = "none";
  return { current: () => fault, set: (next) => void (fault = next) };
}

/** True when `text` names a fault. */
export function isFault(text: string): text is Fault {
  return (FAULTS as readonly string[]).includes(text);
}
