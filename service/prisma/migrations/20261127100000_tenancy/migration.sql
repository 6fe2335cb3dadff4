-- Who asks, as the first statement of every transaction of the service says it. Unset, they are null and no row is seen.
CREATE FUNCTION scope_organization_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.organization_id', true), '')::uuid $$;
CREATE FUNCTION scope_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
-- Signing in knows no organization yet: it works on accounts and sessions of all, and on nothing else.
CREATE FUNCTION scope_is_identity() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(current_setting('app.realm', true), '') = 'identity' $$;

CREATE TABLE "organizations" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "name" VARCHAR(200) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "email" VARCHAR(254),
    "name" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "users_email_normalized" CHECK ("email" = lower("email"))
);
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

CREATE TABLE "memberships" (
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" VARCHAR(20) NOT NULL,
    "phone_encrypted" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("organization_id", "user_id"),
    CONSTRAINT "memberships_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE,
    CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE,
    CONSTRAINT "memberships_role_known" CHECK ("role" IN ('owner', 'admin', 'member', 'viewer'))
);
CREATE INDEX "memberships_user_id_idx" ON "memberships"("user_id");

CREATE TABLE "credentials" (
    "user_id" UUID NOT NULL,
    "password_hash" VARCHAR(100) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credentials_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "credentials_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE
);

CREATE TABLE "sessions" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sessions_membership_fkey" FOREIGN KEY ("organization_id", "user_id")
      REFERENCES "memberships"("organization_id", "user_id") ON DELETE CASCADE
);
CREATE INDEX "sessions_organization_id_user_id_idx" ON "sessions"("organization_id", "user_id");
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- A token is made of its row and the signing key: who reads the table alone has no token.
CREATE TABLE "refresh_tokens" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE
);
-- One token of a session is good at a time, whatever races there are.
CREATE UNIQUE INDEX "refresh_tokens_session_id_unused_key" ON "refresh_tokens"("session_id") WHERE "used_at" IS NULL;
CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens"("session_id");

-- Tasks belonged to the subject of a token. Each such subject becomes a user, alone in an organization: the same that the
-- service derives from a token (identity/stable-id.ts), so that everybody finds their tasks again. Of the issuer the
-- database knows nothing; it is taken to be the one that is configured by default.
CREATE FUNCTION stable_id(kind text, name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(set_byte(set_byte(hash, 6, (get_byte(hash, 6) & 15) | 128), 8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid
  FROM (SELECT substring(sha256(convert_to(
    '["counterpart",' || to_json(kind)::text || ',' || to_json(name)::text || ']', 'UTF8')) FROM 1 FOR 16) AS hash) AS hashed
$$;
INSERT INTO organizations (id, name)
  SELECT stable_id('organization of user', owner), left(owner, 200) FROM (SELECT DISTINCT owner FROM tasks) AS owners;
INSERT INTO users (id, name) SELECT stable_id('user', owner), left(owner, 200) FROM (SELECT DISTINCT owner FROM tasks) AS owners;
INSERT INTO memberships (organization_id, user_id, role)
  SELECT stable_id('organization of user', owner), stable_id('user', owner), 'owner' FROM (SELECT DISTINCT owner FROM tasks) AS owners;
ALTER TABLE "tasks"
  ADD COLUMN "organization_id" UUID,
  ADD COLUMN "created_by" UUID,
  ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
UPDATE tasks SET organization_id = stable_id('organization of user', owner), created_by = stable_id('user', owner);
DROP FUNCTION stable_id(text, text);
ALTER TABLE "tasks"
  ALTER COLUMN "organization_id" SET NOT NULL,
  ADD CONSTRAINT "tasks_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE,
  ADD CONSTRAINT "tasks_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL,
  DROP COLUMN "owner";
CREATE INDEX "tasks_organization_id_id_idx" ON "tasks"("organization_id", "id");
CREATE INDEX "tasks_created_by_idx" ON "tasks"("created_by");

CREATE TABLE "saved_designs" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" VARCHAR(200) NOT NULL,
    "content" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_designs_pkey" PRIMARY KEY ("id"),
    -- Nobody else sees them: they go with who leaves.
    CONSTRAINT "saved_designs_membership_fkey" FOREIGN KEY ("organization_id", "user_id")
      REFERENCES "memberships"("organization_id", "user_id") ON DELETE CASCADE
);
CREATE INDEX "saved_designs_organization_id_user_id_id_idx" ON "saved_designs"("organization_id", "user_id", "id");

-- Outlives whom it tells of: no foreign keys.
CREATE TABLE "audit_log" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" UUID,
    "user_id" UUID,
    "action" VARCHAR(100) NOT NULL,
    "target" VARCHAR(100),
    "outcome" VARCHAR(10) NOT NULL,
    "request_id" VARCHAR(64),
    "address" VARCHAR(45),
    "details" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "audit_log_outcome_known" CHECK ("outcome" IN ('success', 'denied', 'failure'))
);
CREATE INDEX "audit_log_organization_id_id_idx" ON "audit_log"("organization_id", "id");

CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log();

CREATE TABLE "idempotency_keys" (
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "route" VARCHAR(200) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "status" SMALLINT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("organization_id", "user_id", "route", "key"),
    CONSTRAINT "idempotency_keys_membership_fkey" FOREIGN KEY ("organization_id", "user_id")
      REFERENCES "memberships"("organization_id", "user_id") ON DELETE CASCADE
);
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- Whoever makes a key clears what others left, of any organization, and still sees nothing of it. What somebody else is
-- deleting just now is skipped, so that nobody waits. The body is bound to its tables here, whatever the caller's search_path.
CREATE FUNCTION forget_expired_idempotency_keys() RETURNS void LANGUAGE sql SECURITY DEFINER
BEGIN ATOMIC
  DELETE FROM "idempotency_keys" WHERE ("organization_id", "user_id", "route", "key") IN (
    SELECT "organization_id", "user_id", "route", "key" FROM "idempotency_keys" WHERE "created_at" < now() - interval '24 hours'
    ORDER BY "created_at" LIMIT 100 FOR UPDATE SKIP LOCKED
  );
END;

-- Policies without a command hold for all of them, and their USING for new rows, too. The owner passes by them: migrations
-- work on rows of everybody, and the service refuses to start as the owner.
ALTER TABLE "organizations" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "organizations" USING (scope_is_identity());
CREATE POLICY "read" ON "organizations" FOR SELECT USING ("id" = scope_organization_id());
CREATE POLICY "change" ON "organizations" FOR UPDATE USING ("id" = scope_organization_id());

-- Read only: who could write them could make a member, and so a visible user, of anybody.
ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "memberships" USING (scope_is_identity());
CREATE POLICY "read" ON "memberships" FOR SELECT USING ("organization_id" = scope_organization_id());

-- Read only: a user may belong to other organizations as well.
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "users" USING (scope_is_identity());
CREATE POLICY "read" ON "users" FOR SELECT USING (
  "id" = scope_user_id()
  OR EXISTS (SELECT FROM "memberships" WHERE "memberships"."user_id" = "users"."id" AND "memberships"."organization_id" = scope_organization_id())
);

ALTER TABLE "credentials" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "credentials" USING (scope_is_identity());

ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "sessions" USING (scope_is_identity());

ALTER TABLE "refresh_tokens" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "identity" ON "refresh_tokens" USING (scope_is_identity());

ALTER TABLE "tasks" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "scope" ON "tasks" USING ("organization_id" = scope_organization_id());

ALTER TABLE "saved_designs" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "scope" ON "saved_designs" USING ("organization_id" = scope_organization_id() AND "user_id" = scope_user_id());

-- Nobody appends in somebody else's name, except who signs them in.
ALTER TABLE "audit_log" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "read" ON "audit_log" FOR SELECT USING ("organization_id" = scope_organization_id());
CREATE POLICY "append" ON "audit_log" FOR INSERT WITH CHECK (
  scope_is_identity() OR ("organization_id" = scope_organization_id() AND "user_id" = scope_user_id())
);

ALTER TABLE "idempotency_keys" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "scope" ON "idempotency_keys" USING ("organization_id" = scope_organization_id() AND "user_id" = scope_user_id());
