// npm's oidc-provider with one grant, client credentials by signed assertion; what it keeps, it keeps in PostgreSQL.
import { Provider } from "oidc-provider";
import pg from "pg";

const given = JSON.parse(process.env.BENCH);
const pool = new pg.Pool({ host: given.socket, database: given.database, user: given.user, max: 10 });
const statement = (name, text, values) => pool.query({ name, text, values });

class Kept {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    await statement(
      "upsert",
      `INSERT INTO kept (model, id, payload, expires_at) VALUES ($1, $2, $3, now() + $4 * interval '1 second')
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
      [this.model, id, payload, expiresIn ?? null],
    );
  }

  async find(id) {
    const text = "SELECT payload FROM kept WHERE model = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > now())";
    const { rows } = await statement("find", text, [this.model, id]);
    return rows[0]?.payload;
  }

  async destroy(id) {
    await statement("destroy", "DELETE FROM kept WHERE model = $1 AND id = $2", [this.model, id]);
  }
}

await pool.query(`CREATE TABLE kept (
  model text, id text, payload jsonb NOT NULL, expires_at timestamptz, PRIMARY KEY (model, id))`);
await new Kept("Client").upsert(given.client.client_id, given.client);

const server = {
  audience: `${given.issuer}/api`,
  scope: given.client.scope,
  accessTokenFormat: "jwt",
  accessTokenTTL: 300,
  jwt: { sign: { alg: "ES256" } },
};
const provider = new Provider(given.issuer, {
  adapter: Kept,
  jwks: given.signing,
  scopes: given.client.scope.split(" "),
  clientAuthMethods: ["private_key_jwt"],
  enabledJWA: { clientAuthSigningAlgValues: ["ES256"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, defaultResource: () => server.audience, getResourceServerInfo: () => server },
  },
});
provider.on("server_error", (_, error) => console.error(error));
provider.listen(given.port, "127.0.0.1");
