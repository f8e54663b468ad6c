/** Who is at the other end of a connection, and for which feeds it may speak. */
import type { TLSSocket } from "node:tls";
import type { Socket } from "node:net";
import type { Feed } from "#governance";

/** A certificate that the sender proved to hold; its chain was checked against the partners' authority. */
export type PeerCertificate = { /** Common name and DNS names. */ names: readonly string[]; fingerprint: string; validFrom: Date; validTo: Date };
export type Peer = { address: string; encrypted: false } | { address: string; encrypted: true; protocol: string; cipher: string; certificate: PeerCertificate | null };

/** What a socket shows of its other end. */
export function peerOf(socket: Socket | TLSSocket): Peer {
  const address = socket.remoteAddress ?? "";
  if (!("getPeerCertificate" in socket)) return { address, encrypted: false };
  const shown = socket.getPeerCertificate();
  const names = shown && Object.keys(shown).length > 0 ? [shown.subject?.CN, ...(shown.subjectaltname ?? "").split(", ").filter((each) => each.startsWith("DNS:")).map((each) => each.slice(4))].flat().filter((each): each is string => typeof each === "string" && each !== "") : null;
  const certificate = names === null || !socket.authorized ? null : { names: [...new Set(names)], fingerprint: shown.fingerprint256, validFrom: new Date(shown.valid_from), validTo: new Date(shown.valid_to) };
  return { address, encrypted: true, protocol: socket.getProtocol() ?? "", cipher: socket.getCipher().name, certificate };
}

/** The names that a feed's certificate may carry; none where the feed asks for no certificate. */
export const certificateNames = (feed: Feed): readonly string[] => ("mllp" in feed.transport ? (feed.transport.mllp.certificateNames ?? []) : []);

/** Why this end may not speak for this feed; `null` where it may. A feed that names its certificate is never taken without it (certificate = sender). */
export function whyMayNotSend(feed: Feed, peer: Peer): string | null {
  const names = certificateNames(feed);
  if (names.length === 0) return null;
  if (!peer.encrypted) return `feed ${feed.id} is taken over mutual TLS only`;
  if (peer.certificate === null) return `feed ${feed.id} wants a client certificate that the partners' authority signed`;
  if (!peer.certificate.names.some((name) => names.includes(name))) return `the certificate is of ${peer.certificate.names.join(", ")}, which may not send on feed ${feed.id}`;
  return null;
}
