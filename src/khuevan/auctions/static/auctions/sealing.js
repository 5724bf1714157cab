// What is never to leave a browser: a bidder's bid, closed here as sealing.py does on the
// server, and the private key of one who helps to open bids, made and kept here.
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

const X25519 = { name: "X25519" };
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)]));
const derived = async (secret, salt, use) => new Uint8Array(await crypto.subtle.deriveBits(
  { name: "HKDF", hash: "SHA-256", salt, info: text.encode(`khuevan sealed bid 2: ${use}`) },
  await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]), 256,
));
// Every key closes one thing, so the cipher's nonce may be the same every time.
const closed = async (key, content, bound) => crypto.subtle.encrypt(
  { name: "AES-GCM", iv: new Uint8Array(12), additionalData: bound },
  await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]), content,
);
// A raw private key in the only wrapping that browsers take one in.
const PKCS8 = "302e020100300506032b656e04220420";
const privateKey = (raw) => crypto.subtle.importKey("pkcs8", joined(bytes(PKCS8), raw), X25519, false, ["deriveBits"]);
const sharedWith = async (ours, theirs) => crypto.subtle.deriveBits(
  { name: "X25519", public: await crypto.subtle.importKey("raw", theirs, X25519, false, []) }, ours, 256,
);
// A public key is what a private one shares with the curve's base point.
const publicOf = (ours) => sharedWith(ours, Uint8Array.of(9, ...new Uint8Array(31)));

function groups(count, size, from = 0) {
  if (!size) return [[]];
  const found = [];
  for (let place = from; place <= count - size; place += 1) {
    for (const rest of groups(count, size - 1, place + 1)) found.push([place, ...rest]);
  }
  return found;
}

// All of a box follows from the bid and its nonce: whoever opens it makes it again.
export async function seal({ publicKeys, threshold, code, bidder, amount, nonce }) {
  nonce ??= hex(crypto.getRandomValues(new Uint8Array(32)));
  const kept = proof({ code, bidder, amount, nonce });
  const bound = await crypto.subtle.digest("SHA-256", text.encode(kept));
  const ours = await privateKey(await derived(bytes(nonce), bound, "box"));
  const own = await derived(bytes(nonce), bound, "bid");
  const mine = await publicOf(ours);
  const theirs = publicKeys.map(bytes);
  const shared = await Promise.all(theirs.map((key) => sharedWith(ours, key)));
  const salt = joined(mine, ...theirs);
  const parts = [mine];
  for (const group of groups(theirs.length, threshold)) {
    const places = group.map((place) => place + 1).join(",");
    const key = await derived(joined(...group.map((place) => shared[place])), salt, `holders ${places}`);
    parts.push(await closed(key, own, bound));
  }
  // Amounts are padded: the length of a box tells nothing about the bid.
  const content = JSON.stringify({ amount: String(amount).padStart(20, "0"), nonce });
  parts.push(await closed(own, text.encode(content), bound));
  return { box: btoa(String.fromCharCode(...joined(...parts))), commitment: hex(bound), kept };
}

// Old browsers, and pages without TLS, cannot: there the server seals and the page says so.
const able = () => crypto.subtle?.generateKey(X25519, true, ["deriveBits"])
  .then(() => true, () => false) ?? false;
const keptUnder = (commitment) => `sealed:${commitment}`;
const amountOf = (kept) => kept.split("\n")[3].replace(/\B(?=(\d{3})+$)/g, ".");

async function sealHere(form, event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sent) return; // an impatient finger
  const amount = dong(form.elements.amount.value);
  const { code, bidder, publicKeys, threshold, least, most, wrong } = form.dataset;
  const fits = amount !== null && amount >= BigInt(least) && amount <= BigInt(most);
  form.elements.amount.setCustomValidity(fits ? "" : wrong);
  if (!form.elements.amount.reportValidity()) return;
  form.dataset.sent = "yes";
  const { box, commitment, kept } = await seal({
    publicKeys: publicKeys.split(" "), threshold: Number(threshold), code, bidder, amount,
  });
  localStorage.setItem(keptUnder(commitment), kept);
  form.elements.box.value = box;
  form.elements.commitment.value = commitment;
  form.elements.amount.disabled = true; // so that it is not sent
  form.submit();
}

const form = document.querySelector("form[data-public-keys]");
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

// ---- who helps to open bids

const FORMAT = "khuevan-opening-key/1";

// The private key in a file that was saved here, if it is the one of a public key.
async function keyIn(file, publicKey) {
  try {
    const kept = JSON.parse(await file.text());
    const raw = bytes(kept.private_key);
    return kept.format === FORMAT && hex(await publicOf(await privateKey(raw))) === publicKey ? kept.private_key : "";
  } catch {
    return "";
  }
}

function tellSlip(place, wrong) {
  const line = place.querySelector("[data-slip]");
  line.textContent = wrong;
  line.hidden = !wrong;
}

async function makeKey(place) {
  const pair = await crypto.subtle.generateKey(X25519, true, ["deriveBits"]);
  const raw = hex(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).slice(-64);
  const publicKey = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { openingKey, holder } = place.dataset;
  const kept = { format: FORMAT, opening_key: openingKey, holder: Number(holder), public_key: publicKey, private_key: raw };
  const save = place.querySelector("[data-save]");
  save.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
  save.download = `khoa-mo-gia-${openingKey.slice(-8)}-${holder}.json`;
  save.hidden = false;
  place.querySelector("[data-saved]").disabled = false;
  return publicKey;
}

const making = document.querySelector("[data-make-key]");
if (making && await able()) {
  making.querySelector("[data-unable]").hidden = true;
  making.querySelector("[data-able]").hidden = false;
  const saved = making.querySelector("[data-saved]");
  const handIn = making.querySelector("[data-hand-in]");
  let made = "";
  making.querySelector("[data-make]").addEventListener("click", async () => {
    [saved.value, handIn.disabled] = ["", true];
    made = await makeKey(making);
  });
  saved.addEventListener("change", async () => {
    const fits = Boolean(await keyIn(saved.files[0], made));
    tellSlip(making, fits ? "" : making.dataset.wrong);
    making.querySelector("[name=public_key]").value = fits ? made : "";
    handIn.disabled = !fits;
  });
}

const telling = document.querySelector("[data-tell-key]");
if (telling && await able()) {
  const place = telling.querySelector("[data-file]");
  place.hidden = false;
  place.querySelector("input").addEventListener("change", async (event) => {
    const found = await keyIn(event.target.files[0], telling.dataset.publicKey);
    tellSlip(place, found ? "" : telling.dataset.wrong);
    telling.elements.private_key.value = found;
  });
}
