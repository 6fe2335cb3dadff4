-- PostgreSQL 18 has uuidv7() built in; 13 to 17 get the same layout here (48 bits of milliseconds, version 7, random rest).
-- Under the built-in's name, so that the column's default reads the same on each and an upgrade changes nothing.
DO $$
BEGIN
  IF to_regproc('pg_catalog.uuidv7') IS NULL THEN
    CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $function$
      SELECT encode(
        set_bit(set_bit(
          overlay(
            uuid_send(gen_random_uuid())
            PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
            FROM 1 FOR 6
          ), 52, 1), 53, 1),
        'hex')::uuid
    $function$;
  END IF;
END
$$;

CREATE TABLE "tasks" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "owner" TEXT NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "done" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tasks_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "tasks_owner_id_idx" ON "tasks"("owner", "id");
