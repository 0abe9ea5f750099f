package dev.selfsame.promote;

/**
 * One condition of a policy, and how it turned out.
 *
 * @param id stable word, such as {@code operators}
 * @param met whether it is met
 * @param reason one line for a tired person
 */
public record Check(String id, boolean met, String reason) {}
