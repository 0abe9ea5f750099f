/**
 * Root filesystems: fetched packages or image layers become one tree with one DiffID, on disk for
 * the sandboxes and as an image for Docker. A root to run programs on becomes, with a program, an
 * image that has the same manifest on every machine.
 */
@NullMarked
package dev.selfsame.pins.root;

import org.jspecify.annotations.NullMarked;
