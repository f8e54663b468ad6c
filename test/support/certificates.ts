/** Certificates for tests: an authority, and what it signs. Made anew each time; nothing of them is kept. */
import forge from "node-forge";

export type Issued = { key: string; certificate: string };
export type Authority = { certificate: string; issue(name: string, options?: { expired?: boolean }): Issued };

const DAY_MS = 86_400_000;

function made(name: string, from: Date, to: Date): { keys: forge.pki.rsa.KeyPair; certificate: forge.pki.Certificate } {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = to;
  certificate.setSubject([{ name: "commonName", value: name }]);
  return { keys, certificate };
}

/** A new authority of partners. */
export function newAuthority(name = "Partners of the test region"): Authority {
  const root = made(name, new Date(Date.now() - DAY_MS), new Date(Date.now() + 30 * DAY_MS));
  root.certificate.setIssuer(root.certificate.subject.attributes);
  root.certificate.setExtensions([{ name: "basicConstraints", cA: true }, { name: "keyUsage", keyCertSign: true, cRLSign: true }]);
  root.certificate.sign(root.keys.privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(root.certificate),
    issue(subject, { expired = false } = {}) {
      const leaf = made(subject, new Date(Date.now() - 10 * DAY_MS), new Date(Date.now() + (expired ? -1 : 20) * DAY_MS));
      leaf.certificate.setIssuer(root.certificate.subject.attributes);
      leaf.certificate.setExtensions([{ name: "subjectAltName", altNames: [{ type: 2, value: subject }, { type: 2, value: "localhost" }] }]);
      leaf.certificate.sign(root.keys.privateKey, forge.md.sha256.create());
      return { key: forge.pki.privateKeyToPem(leaf.keys.privateKey), certificate: forge.pki.certificateToPem(leaf.certificate) };
    },
  };
}
