/**
 * Files in TOML that are read strictly: pin files, the server's settings. Errors have line and
 * column.
 */
@NullMarked
package dev.selfsame.toml;

import org.jspecify.annotations.NullMarked;
