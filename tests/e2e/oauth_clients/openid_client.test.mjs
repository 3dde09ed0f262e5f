// openid-client, unchanged, as systems and front ends would use it.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as client from "openid-client";

import { Browser, given, issuer, privateKey } from "./given.mjs";

const scope = "openid escalations.read";
const browser = new Browser();
const configured = {};

before(async () => {
  for (const alg of ["ES256", "PS256", "Ed25519"]) {
    const proof = client.PrivateKeyJwt(await privateKey(alg));
    configured[alg] = await client.discovery(new URL(issuer), given.system, undefined, proof);
  }
  const nhs = client.PrivateKeyJwt(await privateKey("RS512"), {
    [client.modifyAssertion]: (header, payload) => {
      payload.aud = `${issuer}/oauth/token`;
    },
  });
  configured.RS512 = await client.discovery(new URL(issuer), given.nhs, undefined, nhs);
  configured.public = await client.discovery(new URL(issuer), given.front, undefined, client.None());
});

async function code(config, extra = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: given.callback,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...extra,
  });
  const callback = await browser.authorize(url, given.person);
  return { callback, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } };
}

test("discovers the server by both documents", async () => {
  for (const algorithm of ["oidc", "oauth2"]) {
    const config = await client.discovery(new URL(issuer), given.front, undefined, client.None(), { algorithm });
    const metadata = config.serverMetadata();
    assert.equal(metadata.issuer, issuer);
    assert.ok(metadata.supportsPKCE());
    assert.equal(metadata.require_pushed_authorization_requests, true);
  }
});

for (const alg of ["ES256", "PS256", "Ed25519", "RS512"]) {
  test(`client credentials by an assertion signed with ${alg}`, async () => {
    const tokens = await client.clientCredentialsGrant(configured[alg], { scope: "escalations.read" });
    assert.ok([299, 300].includes(tokens.expiresIn())); // it counts on from the answer
    assert.equal(tokens.scope, "escalations.read");
    assert.equal(tokens.token_type, "bearer");
  });
}

test("a token for one service", async () => {
  const resource = `${issuer}/api/escalations`;
  const tokens = await client.clientCredentialsGrant(configured.ES256, { resource });
  const told = await client.tokenIntrospection(configured.ES256, tokens.access_token);
  assert.equal(told.aud, resource);
});

test("errors keep their code", async () => {
  const refused = (error) => (thrown) => thrown instanceof client.ResponseBodyError && thrown.error === error;
  const ask = (config, fields) => client.clientCredentialsGrant(config, fields);
  await assert.rejects(ask(configured.ES256, { scope: "unheard.of" }), refused("invalid_scope"));
  await assert.rejects(ask(configured.ES256, { resource: "https://foreign.example" }), refused("invalid_target"));
  const stranger = client.PrivateKeyJwt(await privateKey("ES256"));
  const other = await client.discovery(new URL(issuer), given.nhs, undefined, stranger);
  await assert.rejects(ask(other, {}), refused("invalid_client"));
  await assert.rejects(ask(configured.public, {}), refused("invalid_client"));
});

test("an assertion for the wrong audience is refused to the NHS kind", async () => {
  const proof = client.PrivateKeyJwt(await privateKey("RS512"));
  const config = await client.discovery(new URL(issuer), given.nhs, undefined, proof);
  await assert.rejects(client.clientCredentialsGrant(config), { error: "invalid_client" });
});

for (const kind of ["public", "ES256", "PS256"]) {
  test(`code flow through a pushed request, ${kind}`, async () => {
    const { callback, checks } = await code(configured[kind]);
    const tokens = await client.authorizationCodeGrant(configured[kind], callback, checks);
    assert.equal(tokens.claims().name, given.person.name);
    assert.equal(tokens.claims().iss, issuer);
    assert.ok(tokens.refresh_token);
    const again = await client.refreshTokenGrant(configured[kind], tokens.refresh_token);
    assert.notEqual(again.access_token, tokens.access_token);
    assert.equal("refresh_token" in again, kind === "public", "only public clients rotate");
  });
}

test("the response must come from this issuer", async () => {
  const { callback, checks } = await code(configured.public);
  callback.searchParams.set("iss", "https://mixed-up.example");
  await assert.rejects(client.authorizationCodeGrant(configured.public, callback, checks), { code: "OAUTH_INVALID_RESPONSE" });
});

test("a code is redeemed once, and a replay ends what it had issued", async () => {
  const { callback, checks } = await code(configured.public);
  const tokens = await client.authorizationCodeGrant(configured.public, callback, checks);
  await assert.rejects(client.authorizationCodeGrant(configured.public, callback, checks), { error: "invalid_grant" });
  await assert.rejects(client.refreshTokenGrant(configured.public, tokens.refresh_token), { error: "invalid_grant" });
});

test("a rotated refresh token that comes again ends the grant", async () => {
  const { callback, checks } = await code(configured.public);
  const first = await client.authorizationCodeGrant(configured.public, callback, checks);
  const second = await client.refreshTokenGrant(configured.public, first.refresh_token);
  await assert.rejects(client.refreshTokenGrant(configured.public, first.refresh_token), { error: "invalid_grant" });
  await assert.rejects(client.refreshTokenGrant(configured.public, second.refresh_token), { error: "invalid_grant" });
});

test("the wrong verifier opens nothing", async () => {
  const { callback, checks } = await code(configured.public);
  const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await assert.rejects(client.authorizationCodeGrant(configured.public, callback, wrong), { error: "invalid_grant" });
});

test("PKCE cannot be left out, nor weakened", async () => {
  const asked = { redirect_uri: given.callback, scope };
  const plain = { ...asked, code_challenge: client.randomPKCECodeVerifier(), code_challenge_method: "plain" };
  for (const fields of [asked, plain]) {
    await assert.rejects(client.buildAuthorizationUrlWithPAR(configured.ES256, fields), { error: "invalid_request" });
  }
});

test("revocation and introspection, of one's own tokens", async () => {
  const tokens = await client.clientCredentialsGrant(configured.ES256);
  assert.equal((await client.tokenIntrospection(configured.ES256, tokens.access_token)).active, true);
  assert.equal((await client.tokenIntrospection(configured.RS512, tokens.access_token)).active, false);
  await client.tokenRevocation(configured.ES256, tokens.access_token);
  assert.equal((await client.tokenIntrospection(configured.ES256, tokens.access_token)).active, false);
});

test("prompt=none asks nobody", async () => {
  const { callback } = await code(configured.public, { prompt: "none" });
  assert.ok(callback.searchParams.has("code"), "signed in already");
  const url = await client.buildAuthorizationUrlWithPAR(configured.public, {
    redirect_uri: given.callback,
    prompt: "none",
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    code_challenge_method: "S256",
  });
  const refused = await new Browser().authorize(url, given.person);
  assert.equal(refused.searchParams.get("error"), "login_required");
  await assert.rejects(client.authorizationCodeGrant(configured.public, refused, {}), { error: "login_required" });
});

test("a protected resource is fetched with the token", async () => {
  const tokens = await client.clientCredentialsGrant(configured.ES256);
  const url = new URL("/escalations/v1/agencies", issuer);
  const answer = await client.fetchProtectedResource(configured.ES256, tokens.access_token, url, "GET");
  assert.equal(answer.status, 200);
});

test("signing out at the front end ends the session here, and its tokens", async () => {
  const { callback, checks } = await code(configured.public);
  const tokens = await client.authorizationCodeGrant(configured.public, callback, checks);
  const url = client.buildEndSessionUrl(configured.public, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: given.signedOut,
    state: "s",
  });
  assert.equal((await browser.open(url)).location.href, `${given.signedOut}?state=s`);
  await assert.rejects(client.refreshTokenGrant(configured.public, tokens.refresh_token), { error: "invalid_grant" });
  const { callback: refused } = await code(configured.public, { prompt: "none" });
  assert.equal(refused.searchParams.get("error"), "login_required");
});
