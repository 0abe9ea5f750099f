/**
 * Files in TOML that are read strictly: pin files, the server's settings. Errors have line and
 * column. Other programs' files, such as Cargo's manifests, are read field by field instead.
 */
@NullMarked
package dev.selfsame.toml;

import org.jspecify.annotations.NullMarked;
