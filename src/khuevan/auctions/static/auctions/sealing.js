// Seals a bid in the bidder's browser, as sealing.py does on the server: the amount never
// leaves it. What was bid and its nonce stay here, as the bidder's proof.
const text = new TextEncoder();
const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));

// What the SHA-256 of a bid is taken of: the text a bidder keeps.
export const proof = ({ code, bidder, amount, nonce }) =>
  ["khuevan-sealed-bid/1", code, bidder, amount, nonce].join("\n");

// Whole đồng as people write them; null for anything else. platform/forms.py reads the same.
const WRITTEN = /^(\d{1,40}|\d{1,3}(\.\d{3}){1,12}|\d{1,3}( \d{3}){1,12})$/;
export const dong = (typed) => {
  const written = typed.replace(/[\u00a0\u202f\u2009]/g, " ").trim();
  return WRITTEN.test(written) ? BigInt(written.replace(/[. ]/g, "")) : null;
};

export async function seal({ publicKey, code, bidder, amount, nonce, ours }) {
  nonce ??= hex(crypto.getRandomValues(new Uint8Array(32)));
  ours ??= await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  const kept = proof({ code, bidder, amount, nonce });
  const commitment = hex(await crypto.subtle.digest("SHA-256", text.encode(kept)));
  const theirs = await crypto.subtle.importKey("raw", bytes(publicKey), { name: "X25519" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, ours.privateKey, 256);
  const mine = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array([...mine, ...bytes(publicKey)]), info: text.encode("khuevan sealed bid 1") },
    await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]),
    { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
  // Amounts are padded: the length of a box tells nothing about the bid.
  const content = text.encode(JSON.stringify({ amount: String(amount).padStart(20, "0"), nonce }));
  const closed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: new Uint8Array(12), additionalData: text.encode(commitment) }, key, content,
  );
  const box = btoa(String.fromCharCode(...mine, ...new Uint8Array(closed)));
  return { box, commitment, kept };
}

// Old browsers, and pages without TLS, cannot: there the server seals and the page says so.
const able = () => crypto.subtle?.generateKey({ name: "X25519" }, true, ["deriveBits"])
  .then(() => true, () => false) ?? false;
const keptUnder = (commitment) => `sealed:${commitment}`;
const amountOf = (kept) => kept.split("\n")[3].replace(/\B(?=(\d{3})+$)/g, ".");

async function sealHere(form, event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sent) return; // an impatient finger
  const amount = dong(form.elements.amount.value);
  const { code, bidder, publicKey, least, most, wrong } = form.dataset;
  const fits = amount !== null && amount >= BigInt(least) && amount <= BigInt(most);
  form.elements.amount.setCustomValidity(fits ? "" : wrong);
  if (!form.elements.amount.reportValidity()) return;
  form.dataset.sent = "yes";
  const { box, commitment, kept } = await seal({ publicKey, code, bidder, amount });
  localStorage.setItem(keptUnder(commitment), kept);
  form.elements.box.value = box;
  form.elements.commitment.value = commitment;
  form.elements.amount.disabled = true; // so that it is not sent
  form.submit();
}

const form = document.querySelector("form[data-public-key]");
if (form && await able()) {
  document.querySelector("[data-sealed-there]").hidden = true;
  document.querySelector("[data-sealed-here]").hidden = false;
  form.addEventListener("submit", (event) => sealHere(form, event), { capture: true });
  form.elements.amount.addEventListener("input", (event) => event.target.setCustomValidity(""));
}

const shown = document.querySelector("[data-proof]");
const kept = shown && localStorage.getItem(keptUnder(shown.dataset.proof));
if (kept) {
  shown.querySelector("[data-proof-amount]").textContent = amountOf(kept);
  shown.querySelector("[data-proof-file]").href = URL.createObjectURL(new Blob([kept], { type: "text/plain" }));
  shown.hidden = false;
}

document.querySelectorAll("[data-commitment]").forEach((element) => {
  const mine = localStorage.getItem(keptUnder(element.dataset.commitment));
  if (mine) element.textContent += ` (${amountOf(mine)} ₫)`;
});
