/**
 * Root filesystems: fetched packages or image layers become one tree with one DiffID, on disk for
 * the sandboxes and as an image for Docker.
 */
@NullMarked
package dev.selfsame.pins.root;

import org.jspecify.annotations.NullMarked;
