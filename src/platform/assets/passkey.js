// A form with data-passkey="create" or "get" asks the address in data-options what to make or sign, hands it to the
// browser, and posts what came of it in its field "credential". Words of refusals stand in the page, by the browser's
// name of the error. Without this script the form is posted empty, and the server says what is missing.
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list?.map((each) => ({ ...each, id: bytesOf(each.id) }));

// Browsers before 2024 lack the two readers of JSON and toJSON.
function optionsFor(kind, json) {
  if (kind === "create") return PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? { ...json, challenge: bytesOf(json.challenge), user: { ...json.user, id: bytesOf(json.user.id) }, excludeCredentials: named(json.excludeCredentials) };
  return PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? { ...json, challenge: bytesOf(json.challenge), allowCredentials: named(json.allowCredentials) };
}
function jsonOf({ id, rawId, type, response }) {
  const fields = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (response[name]) fields[name] = textOf(response[name]);
  return { id, rawId: textOf(rawId), type, response: { ...fields, transports: response.getTransports?.() ?? [] } };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const { passkey: kind, options: address, words } = form.dataset;
  const fault = form.querySelector("[data-passkey-fault]");
  const tell = (text) => {
    fault.hidden = false;
    fault.querySelector("p").textContent = text;
    fault.focus();
  };
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const said = JSON.parse(words);
    if (!window.PublicKeyCredential || !navigator.credentials) return tell(said.NotSupportedError);
    busy = true;
    fault.hidden = true;
    document.getElementById("announce").textContent = said.asked;
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" });
      const json = await answer.json();
      if (!answer.ok) return tell(json.message);
      const credential = await navigator.credentials[kind]({ publicKey: optionsFor(kind, json) });
      form.elements.credential.value = JSON.stringify(credential.toJSON ? credential.toJSON() : jsonOf(credential));
      form.submit();
    } catch (error) {
      tell(said[error.name] ?? said.other);
    } finally {
      busy = false;
    }
  });
}
