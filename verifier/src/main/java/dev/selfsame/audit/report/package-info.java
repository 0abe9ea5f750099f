/**
 * Answers as CI systems read them: GitHub's annotations, step summary and step outputs, JUnit XML,
 * SARIF 2.1.0, GitLab's code quality report. Pure functions of {@link
 * dev.selfsame.audit.gate.Judgements}; the same answers give the same bytes.
 *
 * <pre>{@code
 * String xml = JunitXml.of(judgements, "gate");
 * }</pre>
 *
 * <p>Names of files, containers and people are not ours: each format escapes them, and a name can
 * neither add a line, nor a command, nor an element. What cannot be told is an entry of its own
 * everywhere: a report without an entry would be read as a yes.
 */
@NullMarked
package dev.selfsame.audit.report;

import org.jspecify.annotations.NullMarked;
