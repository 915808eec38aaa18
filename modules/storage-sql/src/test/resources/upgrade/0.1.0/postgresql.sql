SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.counter (
    counter_type text NOT NULL COLLATE pg_catalog."C",
    resource_id text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE public.flush_guard (
    writer text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    applied_at bigint NOT NULL,
    result bytea
)
WITH (fillfactor='50');
CREATE TABLE public.idempotency (
    id text NOT NULL COLLATE pg_catalog."C",
    fingerprint text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL,
    outcomes bytea
)
WITH (fillfactor='80');
CREATE TABLE public.schema_version (
    version integer NOT NULL
);
INSERT INTO public.counter VALUES ('likes', 'article-1', 42);
INSERT INTO public.counter VALUES ('views', '日本 /%', -7);
INSERT INTO public.counter VALUES ('extreme', 'most', 9223372036854775807);
INSERT INTO public.counter VALUES ('likes', 'article-2', 6);
INSERT INTO public.counter VALUES ('likes', 'article-3', 3);
INSERT INTO public.counter VALUES ('likes', 'article-4', 4);
INSERT INTO public.flush_guard VALUES ('e84b6204-2bcc-45c2-96e4-761fc7c01ede', 22, 1795676608190, '\x0102000000');
INSERT INTO public.idempotency VALUES ('h::order-1', 'bd2b8add9d9f2fe78fffa6d48a5f87576340ea4e5c2fd570e7099dc0f2100767', 1795763008144, '\x01020a00');
INSERT INTO public.idempotency VALUES ('h::too-much', '20d47cbc59e83e59f12ae70023789240540e4a992024a12facfce6d0c673b527', 1795763008171, '\x0102000101');
INSERT INTO public.idempotency VALUES ('r::item-1', 'faf3578d6935a5e96775adecc32d1cffbe25d8600d5d768b3a7d0a30e4c2e6e1', 1795763008180, '\x01020600');
INSERT INTO public.schema_version VALUES (1);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (counter_type, resource_id);
ALTER TABLE ONLY public.flush_guard
    ADD CONSTRAINT flush_guard_pkey PRIMARY KEY (writer);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);
CREATE INDEX idempotency_expires_at ON public.idempotency USING btree (expires_at);
