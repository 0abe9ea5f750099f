/** The catalogue in a database. */
@NullMarked
package dev.selfsame.store.jdbi;

import org.jspecify.annotations.NullMarked;
