// What the test that starts us has prepared: the gateway's address, clients with their keys, and a person who signs in.

import { createHmac, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";

export const given = JSON.parse(readFileSync(process.env.GIVEN, "utf8"));
export const issuer = given.issuer;

const ALGORITHMS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
  RS512: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" },
  Ed25519: "Ed25519",
};

// A system's private key by its algorithm, as the libraries take it.
export async function privateKey(alg) {
  const { alg: _, use: __, key_ops: ___, ...jwk } = given.keys[alg];
  const key = await webcrypto.subtle.importKey("jwk", jwk, ALGORITHMS[alg], false, ["sign"]);
  return { key, kid: jwk.kid };
}

// Just so much of a browser as the sign-in needs: cookies and forms. One for each person, who signs in once.
export class Browser {
  #cookies = new Map();

  async open(url, form) {
    const answer = await fetch(url, {
      method: form ? "POST" : "GET",
      body: form && new URLSearchParams(form),
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      redirect: "manual",
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    return { status: answer.status, location: location && new URL(location, issuer), text: await answer.text() };
  }

  async #fillIn(url, fields) {
    const page = await this.open(url);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text);
    return await this.open(url, { csrf: csrf[1], ...fields });
  }

  // Opens the authorization endpoint as `person`, signs in where that is asked, and returns where it redirects to.
  async authorize(url, person) {
    let next = (await this.open(url)).location;
    if (next.pathname === "/sign-in/email") {
      next = (await this.#fillIn(next, { email: person.email })).location;
      next = (await this.#fillIn(next, { password: person.password })).location;
      next = (await this.#fillIn(next, { code: totp(person.totp) })).location;
      next = (await this.open(next)).location;
    }
    return next;
  }
}

// The code that an authenticator app shows (RFC 6238).
function totp(secret) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
