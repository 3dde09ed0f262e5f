// oauth4webapi, unchanged: the parts that openid-client does not use, and a resource server's check of our tokens.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as oauth from "oauth4webapi";

import { Browser, given, issuer, privateKey } from "./given.mjs";

const browser = new Browser();
let as;
const system = { client_id: given.system };
const front = { client_id: given.front };

before(async () => {
  const answer = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2" });
  as = await oauth.processDiscoveryResponse(new URL(issuer), answer);
});

async function systemToken(alg = "ES256", fields = {}) {
  const proof = oauth.PrivateKeyJwt(await privateKey(alg));
  const answer = await oauth.clientCredentialsGrantRequest(as, system, proof, fields);
  return await oauth.processClientCredentialsResponse(as, system, answer);
}

async function pushed(client, proof, fields = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = {
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: given.callback,
    scope: "openid escalations.read",
    state: "s",
    nonce: "n",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...fields,
  };
  const answer = await oauth.pushedAuthorizationRequest(as, client, proof, parameters);
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, answer);
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: client.client_id, request_uri });
  return { url, verifier };
}

async function redeemed(client, proof, callback, verifier) {
  const parameters = oauth.validateAuthResponse(as, client, callback, "s");
  const answer = await oauth.authorizationCodeGrantRequest(as, client, proof, parameters, given.callback, verifier);
  return await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: "n", requireIdToken: true });
}

test("the metadata says what is offered, and no more", () => {
  assert.equal(as.authorization_response_iss_parameter_supported, true);
  assert.deepEqual(as.code_challenge_methods_supported, ["S256"]);
  assert.deepEqual(as.response_types_supported, ["code"]);
  assert.ok(!as.token_endpoint_auth_signing_alg_values_supported.includes("RS256"));
});

for (const alg of ["ES256", "PS256", "Ed25519"]) {
  test(`client credentials with ${alg}`, async () => {
    assert.equal((await systemToken(alg)).expires_in, 300);
  });
}

test("a resource server accepts our access token by RFC 9068, for its audience only", async () => {
  const { access_token } = await systemToken("ES256", { resource: `${issuer}/api/escalations` });
  const request = () => new Request(`${issuer}/x`, { headers: { authorization: `Bearer ${access_token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request(), `${issuer}/api/escalations`);
  assert.equal(claims.agency_type, "police");
  assert.equal(claims.access, "application");
  await assert.rejects(oauth.validateJwtAccessToken(as, request(), `${issuer}/api/governance`));
});

test("an ID token is no access token", async () => {
  const { url, verifier } = await pushed(front, oauth.None());
  const tokens = await redeemed(front, oauth.None(), await browser.authorize(url, given.person), verifier);
  const request = new Request(`${issuer}/x`, { headers: { authorization: `Bearer ${tokens.id_token}` } });
  await assert.rejects(oauth.validateJwtAccessToken(as, request, `${issuer}/api`));
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).agency, "cheshire-constabulary");
});

test("the ID token's signature and at_hash hold", async () => {
  const { url, verifier } = await pushed(front, oauth.None());
  const parameters = oauth.validateAuthResponse(as, front, await browser.authorize(url, given.person), "s");
  const answer = await oauth.authorizationCodeGrantRequest(
    as, front, oauth.None(), parameters, given.callback, verifier,
  );
  await oauth.processAuthorizationCodeResponse(as, front, answer, { expectedNonce: "n" });
  await oauth.validateApplicationLevelSignature(as, answer);
});

test("a confidential client's code flow", async () => {
  const proof = oauth.PrivateKeyJwt(await privateKey("Ed25519"));
  const { url, verifier } = await pushed(system, proof);
  const tokens = await redeemed(system, proof, await browser.authorize(url, given.person), verifier);
  const answer = await oauth.refreshTokenGrantRequest(as, system, proof, tokens.refresh_token);
  assert.ok((await oauth.processRefreshTokenResponse(as, system, answer)).access_token);
});

test("a request_uri serves its own client, once", async () => {
  const { url } = await pushed(front, oauth.None());
  const stolen = new URL(url);
  stolen.searchParams.set("client_id", given.system);
  assert.equal((await browser.open(stolen)).status, 400);
  const first = await browser.authorize(url, given.person);
  assert.ok(first.searchParams.has("code"));
  assert.equal((await browser.open(url)).status, 400);
});

test("the authorization endpoint takes pushed requests only", async () => {
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: given.front, response_type: "code", redirect_uri: given.callback });
  const answer = await browser.open(url);
  assert.equal(answer.status, 400);
  assert.equal(answer.location, null);
});

test("a redirect address must be the registered one, to the letter", async () => {
  for (const redirect_uri of [`${given.callback}/`, `${given.callback}?a=b`, "https://foreign.example/"]) {
    await assert.rejects(pushed(front, oauth.None(), { redirect_uri }), { error: "invalid_request" });
  }
});

test("revocation of a refresh token ends its access tokens", async () => {
  const { url, verifier } = await pushed(front, oauth.None());
  const tokens = await redeemed(front, oauth.None(), await browser.authorize(url, given.person), verifier);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const call = () => fetch(`${issuer}/escalations/v1/agencies`, { headers });
  assert.notEqual((await call()).status, 401);
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, front, oauth.None(), tokens.refresh_token));
  assert.equal((await call()).status, 401);
});
