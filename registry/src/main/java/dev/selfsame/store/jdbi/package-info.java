/**
 * The catalogue in a database: H2 in the embedded registry's folder, through jdbi.
 *
 * <p>The schema is made by ordered SQL files (resources {@code V1__….sql}, {@code V2__….sql}),
 * whose SHA-256 the table {@code migration} keeps. The rows are a cache: a database that is absent,
 * damaged, altered in its schema or behind the evidence is made anew from the signed bundles.
 */
@NullMarked
package dev.selfsame.store.jdbi;

import org.jspecify.annotations.NullMarked;
