/** Engines without a daemon: bubblewrap, and unshare of util-linux. */
@NullMarked
package dev.selfsame.build.sandbox;

import org.jspecify.annotations.NullMarked;
