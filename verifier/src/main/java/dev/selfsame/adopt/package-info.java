/**
 * The first {@code selfsame.toml} of a project: what was seen in its files ({@code source.cargo}),
 * set against the pins that there are, becomes a file with comments, and a list of what could not
 * be decided or stands in the way of a build.
 *
 * <pre>{@code
 * Draft draft = Adoption.draft(project, git, catalogue, wish);
 * String toml = DraftText.of(draft);     // ProjectFile.parse(toml) takes it
 * }</pre>
 */
@NullMarked
package dev.selfsame.adopt;

import org.jspecify.annotations.NullMarked;
