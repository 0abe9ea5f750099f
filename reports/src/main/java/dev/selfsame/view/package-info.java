/**
 * Documents as text, Markdown, HTML and SVG: pure functions from {@link dev.selfsame.evidence}
 * records to characters. The same document gives the same bytes.
 */
@NullMarked
package dev.selfsame.view;

import org.jspecify.annotations.NullMarked;
