/**
 * Databases, through jdbi: H2 in the folder of a registry that one server has for itself, and
 * PostgreSQL where several share one.
 *
 * <p>In H2 the rows are a copy: of the signed bundles (the catalogue) and of the log of changes
 * (the server's repositories). In PostgreSQL they are the truth: {@link
 * dev.selfsame.store.jdbi.PostgresStore} keeps repositories, evidence index, channels and catalogue
 * in one database, and each change of a repository also as a line of a chain of hashes, made in the
 * same transaction.
 *
 * <p>The schema is made by ordered SQL files (resources {@code V1__….sql}, {@code V2__….sql}),
 * whose SHA-256 the table {@code migration} keeps. An H2 database that is absent, damaged, altered
 * in its schema or behind what it copies is made anew; a PostgreSQL database of another schema is
 * refused.
 */
@NullMarked
package dev.selfsame.store.jdbi;

import org.jspecify.annotations.NullMarked;
